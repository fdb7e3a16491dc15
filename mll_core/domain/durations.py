"""Time between two moments."""

from typing import Any, Literal

Unit = Literal["minutes", "hours", "days", "weeks", "months", "years"]
_DAY = 86400.0
_SECONDS: dict[Unit, float] = {
    "minutes": 60.0,
    "hours": 3600.0,
    "days": _DAY,
    "weeks": 7 * _DAY,
    "months": 365.2425 / 12 * _DAY,
    "years": 365.2425 * _DAY,
}


def between(start: Any, end: Any, unit: Unit) -> Any:
    """From ``start`` to ``end`` in ``unit``, float64, of whole seconds; NULL when one is NULL."""
    return (_seconds(end) - _seconds(start)) / _SECONDS[unit]


def _seconds(moment: Any) -> Any:
    return moment.cast("timestamp(6)").epoch_seconds().cast("float64")
