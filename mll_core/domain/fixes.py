"""The edits that checks propose, and how they put counts into words."""

from typing import Any

from mll_core.domain.finding import Fix
from mll_core.domain.stage import Stage

_LEAST, _ROUND, _LARGE = 0.1, 10, 10_000


def exclude(column: str, reason: str, *, safe: bool) -> Fix:
    """Leave ``column`` out of learning; ``safe`` ones are taken by a new project."""
    return Fix(
        label=f"Leave out {column!r}",
        stage=Stage.PREPARE,
        path="prepare.exclude",
        value={"column": column, "reason": reason},
        append=True,
        safe=safe,
        reason=reason,
    )


def add_step(label: str, step: dict[str, Any], reason: str, *, safe: bool = False) -> Fix:
    """Append a step, as a document writes it, to the recipe."""
    return Fix(
        label=label,
        stage=Stage.PREPARE,
        path="prepare.steps",
        value=step,
        append=True,
        safe=safe,
        reason=reason,
    )


def of_rows(count: int, rows: int, what: str = "rows") -> str:
    """A count with its base: ``160 of 2,000 rows (8 %)``."""
    return f"{count:,} of {rows:,} {what} ({percent(count, rows)})"


def percent(count: float, of: float) -> str:
    """A share in words: 8 %, 0.4 %, under 0.1 %, 99.6 %; 100 % only when it is all."""
    share = 100 * count / of if of else 0.0
    if share in (0, 100):
        return f"{share:.0f} %"
    if share < _LEAST:
        return f"under {_LEAST:g} %"
    if _ROUND <= share <= 100 - _ROUND or share == round(share):
        return f"{share:.0f} %"
    return f"{min(share, 100 - _LEAST):.1f} %"


def number(value: float) -> str:
    """A number as people write it: 215,245 or 7.25; three digits behind the point at most."""
    if float(value).is_integer() or abs(value) >= _LARGE:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:,.3f}".rstrip("0").rstrip(".")


def some(names: list[str] | tuple[str, ...], most: int = 5) -> str:
    """A few names, quoted, and how many more there are."""
    listed = ", ".join(map(repr, names[:most]))
    return f"{listed} and {len(names) - most} more" if len(names) > most else listed
