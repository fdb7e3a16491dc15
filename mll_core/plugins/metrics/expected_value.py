"""Expected value."""

from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from mll_core.domain.at_capacity import from_the_top, room_of
from mll_core.domain.document import Brief
from mll_core.domain.metric import Metric, confusions, one_row, ratio
from mll_core.domain.task import Floats, Predictions, Task


class ExpectedValue(Metric):
    """(TP v_tp + FP v_fp + FN v_fn + TN v_tn) / n, in currency per case.

    When more cases are called than can be handled, those with the highest scores are acted on, as
    ``CapacityMetric`` takes them; the others called are missed or left alone.
    """

    label: ClassVar[str] = "Expected value"
    kind: Literal["expected_value"] = "expected_value"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    lowest: ClassVar[float | None] = None
    highest: ClassVar[float | None] = None
    unit: ClassVar[str] = "money"
    decides: ClassVar[bool] = True
    needs: ClassVar[str] = "brief.values"
    meaning: ClassVar[str] = (
        "What a case is worth on average when the model decides, at the values in the brief."
    )
    true_positive: float = Field(1.0, ge=-1e12, le=1e12, description="Acted on, and rightly")
    false_positive: float = Field(0.0, ge=-1e12, le=1e12, description="Acted on for nothing")
    false_negative: float = Field(0.0, ge=-1e12, le=1e12, description="Missed")
    true_negative: float = Field(0.0, ge=-1e12, le=1e12, description="Rightly left alone")

    share: float = Field(1.0, ge=1e-6, le=1, description="Share of cases that can be handled")

    @classmethod
    def of_brief(cls, brief: Brief) -> Self:
        stated = {name: getattr(brief.values, name, None) for name in cls.parameters()}
        stated["share"] = brief.capacity.share
        return cls.of(**{name: amount for name, amount in stated.items() if amount is not None})

    @classmethod
    def usable(cls, brief: Brief) -> bool:
        return brief.values.stated

    def score(self, predictions: Predictions) -> float:
        return float(self.scores(predictions, one_row(predictions.n))[0])

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        counts = confusions(predictions, weights)
        n, positives = counts.sum(axis=(1, 2)), counts[:, 1].sum(axis=1)
        taken, found = counts[:, :, 1].sum(axis=1), counts[:, 1, 1]
        if self.share < 1:
            called = np.flatnonzero(predictions.label == 1)
            room, some = room_of(self.share, n), predictions.take(called)
            taken, found = from_the_top(some, weights[:, called], room)
        return self._worth(taken, found, positives, n)

    def at_steps(self, counts: Floats) -> Floats:
        """The value at rising thresholds from their confusion matrices: (..., steps, 2, 2) ->
        (..., steps). The first threshold calls every case. With ``edges`` among them exact, else
        cases between two thresholds count as tied.
        """
        n, positives = counts[..., 0, :, :].sum(axis=(-2, -1)), counts[..., 0, 1, :].sum(axis=-1)
        called, found = counts[..., :, 1].sum(axis=-1), counts[..., 1, 1]
        if self.share < 1:
            taken = np.minimum(called, room_of(self.share, n)[..., None])
            steps = called.shape[-1]
            each = zip(*(one.reshape(-1, steps) for one in (taken, called, found)), strict=True)
            held = [np.interp(t, np.r_[0, c[::-1]], np.r_[0, f[::-1]]) for t, c, f in each]
            called, found = taken, np.array(held).reshape(found.shape)
        return self._worth(called, found, positives[..., None], n[..., None])

    def edges(self, score: Floats) -> tuple[float, ...]:
        """The scores of the last case that can be handled and of the next: (n,) -> 0 to 2."""
        if self.share >= 1 or not len(score):
            return ()
        last = len(score) - int(room_of(self.share, len(score)))
        edge = np.partition(score, last)[last]
        higher = score[score > edge]
        return (float(edge), float(higher.min())) if len(higher) else (float(edge),)

    def _worth(self, taken: Floats, found: Floats, positives: Floats, n: Floats) -> Floats:
        wrongly, missed = taken - found, positives - found
        worth = (
            found * self.true_positive
            + wrongly * self.false_positive
            + missed * self.false_negative
            + (n - taken - missed) * self.true_negative
        )
        return ratio(worth, n)
