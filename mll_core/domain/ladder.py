"""What follows from every threshold: cumulative counts over sorted scores, made once.

Moving a threshold is then looking up a step, however many rows were tested.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Codes, Floats
from mll_core.domain.value import Value

STEPS = 400
"""Thresholds taken at scores that occur, besides those at every hundredth."""


class Rung(Value):
    """How many of some rows are called, and how many of these really are positive, by step."""

    name: str
    rows: int
    positives: int
    called: tuple[int, ...]
    found: tuple[int, ...]


class Ladder(Value):
    """Thresholds, rising, and what each calls: of all rows, and of each group of a column.

    A row is called when its score is at least the threshold.
    """

    thresholds: tuple[float, ...]
    everyone: Rung
    groups: dict[str, tuple[Rung, ...]] = {}

    @classmethod
    def of(
        cls,
        score: Floats,
        positive: NDArray[np.bool_],
        groups: dict[str, tuple[tuple[str, ...], Codes]] | None = None,
        keep: tuple[float, ...] = (),
    ) -> "Ladder":
        """From scores (n,) and truths (n,); groups by column: names, and codes (n,) into them.

        Thresholds: every hundredth, ``keep``, and scores that occur, evenly spread over the rows.
        """
        steps = _thresholds(score, keep)
        # The last step whose threshold a score reaches: each row is counted once, then summed up.
        place = np.searchsorted(steps, score, side="right") - 1
        size = len(steps)
        found: dict[str, tuple[Rung, ...]] = {}
        for column, (names, codes) in (groups or {}).items():
            cell = codes * size + place
            counts = np.bincount(cell, minlength=len(names) * size).reshape(-1, size)
            hits = np.bincount(cell[positive], minlength=len(names) * size).reshape(-1, size)
            rungs = zip(names, counts, hits, strict=True)
            found[column] = tuple(_rung(n, c, h) for n, c, h in rungs if c.sum())
        counts = np.bincount(place, minlength=size)
        hits = np.bincount(place[positive], minlength=size)
        everyone = _rung("everyone", counts, hits)
        return cls(thresholds=tuple(steps.tolist()), everyone=everyone, groups=found)

    @cached_property
    def _steps(self) -> Floats:
        return np.asarray(self.thresholds)

    def at(self, threshold: float) -> int:
        """The step nearest to a threshold."""
        return int(np.abs(self._steps - threshold).argmin())

    def read(self, step: int, rung: Rung | None = None) -> "Reading":
        """What one step comes to, for all rows or those of a group."""
        one = rung or self.everyone
        return Reading(one.rows, one.positives, one.called[step], one.found[step])

    @cached_property
    def counts(self) -> Floats:
        """The confusion matrix of every step, (steps, truth, called)."""
        one = self.everyone
        called, found = np.array(one.called, float), np.array(one.found, float)
        negatives, wrongly = one.rows - one.positives, called - found
        rows = [
            np.stack([negatives - wrongly, wrongly], axis=-1),
            np.stack([one.positives - found, found], axis=-1),
        ]
        return np.stack(rows, axis=-2)


@dataclass(frozen=True)
class Reading:
    """The four cells of a confusion matrix, and the shares that are read from it."""

    rows: int
    positives: int
    called: int
    found: int

    @property
    def cells(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Rightly left and wrongly called; missed and found."""
        wrongly = self.called - self.found
        left = self.rows - self.positives - wrongly
        return (left, wrongly), (self.positives - self.found, self.found)

    @property
    def precision(self) -> float:
        """Found among called; NaN when none is called."""
        return self.found / self.called if self.called else float("nan")

    @property
    def recall(self) -> float:
        """Found among positives; NaN without any."""
        return self.found / self.positives if self.positives else float("nan")

    @property
    def share(self) -> float:
        """Called among all; NaN without rows."""
        return self.called / self.rows if self.rows else float("nan")

    @property
    def wrongly(self) -> float:
        """Called among those that are not positive; NaN without any."""
        others = self.rows - self.positives
        return (self.called - self.found) / others if others else float("nan")


def _thresholds(score: Floats, keep: tuple[float, ...]) -> Floats:
    some = np.array([])
    if len(score):
        some = np.quantile(score, np.linspace(0, 1, STEPS + 1), method="nearest")
    # Two ends that no score lies beyond: all are called, none is.
    ends = (0.0, float(np.nextafter(1.0, 2.0)))
    return np.unique(np.r_[ends, np.linspace(0, 1, 101), some, np.array(keep)])


def _rung(name: str, counts: Codes, hits: Codes) -> Rung:
    called, found = counts[::-1].cumsum()[::-1], hits[::-1].cumsum()[::-1]
    return Rung(
        name=name,
        rows=int(counts.sum()),
        positives=int(hits.sum()),
        called=tuple(called.tolist()),
        found=tuple(found.tolist()),
    )
