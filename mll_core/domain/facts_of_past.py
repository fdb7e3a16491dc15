"""What happened to the same before: one fact of the rows that lie before a row."""

from typing import Any, Literal

from mll_core.domain.past import Past
from mll_core.domain.window_figures import figure, most_frequent, staged

Fact = Literal["rows", "days since last", "mean", "last", "most frequent", "share"]
OF_ROWS: tuple[Fact, Fact] = ("rows", "days since last")
"""Facts of the rows themselves, not of a column."""
IN_UNIT: tuple[Fact, Fact] = ("mean", "last")
"""Facts in the unit of their column."""
WORDS = {
    "rows": "how many there were",
    "days since last": "the days since the last",
    "mean": "the mean",
    "last": "the last value",
    "most frequent": "the most frequent value",
    "share": "the share of {event}",
}
_DAY = 86_400e6


def of_rows(past: Past, fact: Fact) -> Past:
    """Stage ``told``: one of OF_ROWS, float64."""
    if fact == "rows":
        return past.then(told=past["seen"].cast("float64"))
    passed = past["moment"].delta(past["moment"].max().over(past.before()), unit="microsecond")
    return past.then(told=passed.cast("float64") / _DAY)


def of_values(past: Past, fact: Fact, values: Any) -> Past:
    """Stage ``told``: a fact of ``values``; for a share, 1 where it is the event, 0 where not."""
    if fact == "last":
        return past.then(value=values).nearest("value", into="told")
    if fact == "most frequent":
        return most_frequent(past, values)
    past = staged(past, values, ("mean",))
    return past.then(told=figure(past, "mean", past.before()))
