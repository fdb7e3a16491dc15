"""How dates are written, decided from all values of a text column."""

from collections.abc import Callable
from datetime import datetime

import ibis
import ibis.expr.types as ir

from mll_core.domain.check import Rows

Ask = Callable[[ir.Table], Rows]
FORMATS = tuple(
    f"{day}{time}"
    for day in (
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d.%m.%Y",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d-%m-%Y",
        "%m-%d-%Y",
        "%d %b %Y",
        "%d %B %Y",
        "%b %d, %Y",
        "%B %d, %Y",
        "%d-%b-%Y",
        "%d/%m/%y",
        "%m/%d/%y",
        "%d.%m.%y",
    )
    for time in ("", " %H:%M", " %H:%M:%S")
)
_TWINS = {("%d/%m", "%m/%d"), ("%d-%m", "%m-%d")}
_MOST_FORMATS, _FIRST_YEAR, _LOOK = 5, 1800, 2_000


@ibis.udf.scalar.builtin(name="try_strptime")  # type: ignore[untyped-decorator]
def _parsed(text: str, layout: str) -> datetime:  # type: ignore[empty-body]
    """The engine's own function; NULL where ``text`` is not laid out so."""


def readable(text: ir.StringColumn, ask: Ask) -> dict[str, int]:
    """How many values each format reads; formats that read none of the first 2,000 are left out."""
    table = text.as_table()
    hits = _count(table.limit(_LOOK), FORMATS, ask)  # trying all formats on all rows is slow
    return _count(table, tuple(hits), ask) if hits else {}


def _count(table: ir.Table, formats: tuple[str, ...], ask: Ask) -> dict[str, int]:
    text = table[table.columns[0]]
    asked = {f"f{i}": _reads(text, layout).sum() for i, layout in enumerate(formats)}
    (answer,) = ask(table.aggregate(**asked))
    counts = {layout: int(answer[f"f{i}"] or 0) for i, layout in enumerate(formats)}
    return {layout: n for layout, n in counts.items() if n}


def cover(counts: dict[str, int], text: ir.StringColumn, ask: Ask) -> tuple[list[str], int]:
    """The formats that add something, most frequent first, and how many values they read.

    Of two that differ only in the order of day and month, the one that reads more.
    """
    ranked: list[str] = []
    for layout in sorted(counts, key=lambda layout: -counts[layout]):
        if not set(twins(layout)) & set(ranked):
            ranked.append(layout)
    if not ranked:
        return [], 0
    gains, before = {}, ibis.literal(False)
    for i, layout in enumerate(ranked):
        reads = _reads(text, layout)
        gains[f"g{i}"] = (reads & ~before).sum()
        before = before | reads
    (answer,) = ask(text.as_table().aggregate(**gains))
    gained = {layout: int(answer[f"g{i}"] or 0) for i, layout in enumerate(ranked)}
    chosen = [layout for layout in ranked if gained[layout]][:_MOST_FORMATS]
    return chosen, sum(gained[layout] for layout in chosen)


def _reads(text: ir.StringColumn, layout: str) -> ir.BooleanValue:
    year = _parsed(text, layout).year()
    return (year >= _FIRST_YEAR).fill_null(False)


def twins(layout: str) -> list[str]:
    """The format with day and month the other way round, if there is one."""
    pairs = [*_TWINS, *((b, a) for a, b in _TWINS)]
    return [layout.replace(a, b) for a, b in pairs if layout.startswith(a)]
