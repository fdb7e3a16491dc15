"""What was found in rows that bring no answer: groups that lie close, rows that stand out."""

import math
from collections.abc import Collection
from typing import Any

from mll_core.domain.value import Value


class Span(Value):
    """A value with its 95 % interval."""

    value: float
    low: float = math.nan
    high: float = math.nan


class Trait(Value):
    """What sets a group apart in one original column.

    Numbers: the means here and elsewhere, and their difference in standard deviations (Cohen's d).
    Other columns: the shares of ``level``, and their difference after the arcsine (Cohen's h).
    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences.
    """

    column: str
    level: str | None = None
    here: float
    elsewhere: float
    effect: float
    sentence: str


class Portrait(Value):
    """One group in plain words: how many rows, and what sets it apart, strongest first."""

    name: str
    rows: int
    share: float
    traits: tuple[Trait, ...] = ()
    sentence: str


class Point(Value):
    """One row on the map."""

    x: float
    y: float
    group: str


class Map(Value):
    """The rows in two dimensions; ``kept`` is the share of their differences that it shows.

    Source: Pearson (1901), On lines and planes of closest fit.
    """

    points: tuple[Point, ...]
    kept: float
    across: str
    up: str
    """Columns that each axis stands for most."""
    rows: int
    """How many rows it was drawn from."""


class Tried(Value):
    """One way of grouping that was compared."""

    model: str
    groups: int
    silhouette: Span
    stability: Span | None = None
    smallest: float
    """The share of rows in the smallest group."""
    none: float = 0.0
    """The share of rows in no group."""
    chosen: bool = False
    tied: bool = False
    """Its silhouette cannot be told from that of the chosen."""
    verdict: str = ""


class Grouping(Value):
    """The groups of the chosen model, and what they were chosen from."""

    portraits: tuple[Portrait, ...]
    map: Map | None = None
    tried: tuple[Tried, ...] = ()
    stability: Span | None = None
    """Adjusted Rand index of groups learned from other draws of the rows."""
    sentence: str


class Oddity(Value):
    """One row that stands out: its place in the file, its score, and what in it is unusual."""

    row: int
    score: float
    record: dict[str, Any]
    reasons: tuple[str, ...] = ()
    truth: str | None = None
    """What is known of it; None where nothing is."""

    def without(self, names: Collection[str]) -> "Oddity":
        """The same, telling no value of these columns."""
        record = {name: value for name, value in self.record.items() if name not in names}
        reasons = tuple(_unnamed(reason, names) for reason in self.reasons)
        return self.model_copy(update={"record": record, "reasons": reasons})


class Oddness(Value):
    """The queue: the rows that stand out most, as many as can be looked at."""

    share: float
    """Share of the rows that can be looked at."""
    rows: int
    """How many of ``of`` rows reach the score from which a row is in the queue."""
    of: int
    threshold: float
    queue: tuple[Oddity, ...] = ()
    columns: dict[str, float] = {}
    """How often a column is among the reasons: its share of the queue."""
    labelled: int = 0
    positives: int = 0
    sentence: str
    honest: str
    """What can be said of how good it is, and what cannot."""

    def without(self, names: Collection[str]) -> "Oddness":
        """The same, telling no value of these columns."""
        return self.model_copy(update={"queue": tuple(one.without(names) for one in self.queue)})


def _unnamed(reason: str, names: Collection[str]) -> str:
    """A reason such as "fee is 9 (usually 2 to 4)", without the values of a column in ``names``."""
    of = next((name for name in names if reason.startswith(f"{name} is ")), None)
    return reason if of is None else f"{of} is unusual"
