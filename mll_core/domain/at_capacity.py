"""The cases that can be handled: so many, the highest scores first."""

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from mll_core.domain.document import Brief
from mll_core.domain.metric import Metric, one_row, ranked
from mll_core.domain.task import Floats, Predictions, Task


class CapacityMetric(Metric):
    """A metric of the cases that can be handled: those with the highest scores.

    Cases that tie at the edge are taken in equal parts, so the order of rows does not matter.
    """

    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.ANOMALY})
    needs: ClassVar[str] = "brief.capacity (count and cases_per_period)"
    share: float = Field(0.1, ge=1e-6, le=1, description="Share of cases that can be handled")

    @classmethod
    def of_brief(cls, brief: Brief) -> Self:
        """With the share of the cases that can be handled."""
        share = brief.capacity.share
        return cls.of() if share is None else cls.of(share=share)

    @classmethod
    def usable(cls, brief: Brief) -> bool:
        """Whether a capacity is stated, and how many cases come up."""
        return brief.capacity.share is not None

    @abstractmethod
    def of_top(self, found: Floats, taken: Floats, positives: Floats, n: Floats) -> Floats:
        """From the positives among those taken, how many were taken, all positives, all rows."""

    def score(self, predictions: Predictions) -> float:
        """The value on all rows; NaN where it is undefined."""
        return float(self.scores(predictions, one_row(predictions.n))[0])

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        """The value of every resample, each with its own top."""
        if not predictions.n:
            return np.full(len(weights), np.nan)
        n, positives = weights.sum(axis=1), weights @ (predictions.truth == 1)
        taken, found = from_the_top(predictions, weights, room_of(self.share, n))
        return self.of_top(found, taken, positives, n)


def room_of(share: float, n: Any) -> Floats:
    """How many of ``n`` cases can be handled: whole ones, and at least one."""
    return np.maximum(1.0, np.floor(share * np.asarray(n, float) + 1e-9))


def from_the_top(predictions: Predictions, weights: Floats, room: Floats) -> tuple[Floats, Floats]:
    """Of every resample the ``room`` rows with the highest scores, all when there are fewer: how
    many they are and how many of them are positive, (r,) each.

    Rows that tie at the edge are taken in equal parts, so the order of rows does not matter.
    """
    if not predictions.n:
        return np.zeros(len(weights)), np.zeros(len(weights))
    order, hit, ends = ranked(predictions)
    upto = np.cumsum(weights[:, order], axis=1)[:, ends]
    hits = np.cumsum(weights[:, order] * hit, axis=1)[:, ends]
    taken = np.minimum(room, upto[:, -1])
    tops = zip(taken, upto, hits, strict=True)
    found = [np.interp(t, np.r_[0, u], np.r_[0, h]) for t, u, h in tops]
    return taken, np.array(found)
