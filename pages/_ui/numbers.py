"""Numbers as a person reads them: localised counts, percent, three significant digits."""

import math
from typing import Any

from mll_core.catalog import METRICS
from mll_core.domain.training import Interval

MISSING = "missing"


def count(number: float | None) -> str:
    """A whole number with thousands separators."""
    return MISSING if _absent(number) else f"{number:,.0f}"


def some(number: int, what: str) -> str:
    """A count with its word: "1 row", "1,200 rows"."""
    return f"{count(number)} {what}{'s' * (number != 1)}"


def share(number: float | None) -> str:
    """A share as a percentage, with at most one decimal."""
    return MISSING if _absent(number) else f"{100 * number:.1f} %".replace(".0 %", " %")


def plain(number: Any) -> str:
    """Three significant digits, thousands separated; text stays text."""
    if _absent(number):
        return MISSING
    if isinstance(number, bool) or not isinstance(number, int | float):
        return str(number)
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    if abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.4g}" if abs(number) >= 100 else f"{number:.3g}"


def metric(name: str, number: float | None) -> str:
    """A metric's value in its unit."""
    if _absent(number):
        return "not defined"
    unit = getattr(METRICS.get(name), "unit", "")
    if unit == "share":
        return share(number)
    if unit == "money":
        return f"{number:,.2f}"
    return f"{number:.3f}" if abs(number) < 10 else plain(round(number, 1))


def interval(name: str, value: Interval) -> str:
    """A metric's value with its 95 % interval."""
    text = metric(name, value.value)
    if _absent(value.low) or _absent(value.high):
        return text
    low, high = metric(name, value.low), metric(name, value.high)
    return f"{text} ({low.removesuffix(' %')} to {high})"


def seconds(number: float | None) -> str:
    """A time in words."""
    if _absent(number):
        return "not measured"
    if number < 90:
        return f"{number:.1f} s" if number < 10 else f"{number:.0f} s"
    return f"{number / 60:.1f} min"


def size(number: int) -> str:
    """Bytes in words."""
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:,.0f} {unit}"
        number /= 1000
    return f"{number:,.1f} GB"


def at(moment: str | None) -> str:
    """A moment to the second, and that it is told in UTC."""
    return f"{moment.replace('T', ' ')[:19]} UTC" if moment else "not yet"


def _absent(number: Any) -> bool:
    return number is None or (isinstance(number, float) and not math.isfinite(number))
