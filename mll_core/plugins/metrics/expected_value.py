"""Expected value."""

from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from mll_core.domain.document import Brief
from mll_core.domain.metric import CountMetric, ratio
from mll_core.domain.task import Floats, Task


class ExpectedValue(CountMetric):
    """(TP v_tp + FP v_fp + FN v_fn + TN v_tn) / n, in currency per case.

    When more cases are called than can be handled, only that many count as acted on, taken from
    those called in equal parts; the others are missed or left alone.
    """

    label: ClassVar[str] = "Expected value"
    kind: Literal["expected_value"] = "expected_value"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    lowest: ClassVar[float | None] = None
    highest: ClassVar[float | None] = None
    unit: ClassVar[str] = "money"
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

    def of_counts(self, counts: Floats) -> Floats:
        n, called = counts.sum(axis=(-2, -1)), counts[..., :, 1]
        handled = np.minimum(1.0, self.share * n / np.maximum(called.sum(axis=-1), 1e-9))
        acted = called * handled[..., None]
        left = counts[..., :, 0] + called - acted
        worth = (
            acted[..., 1] * self.true_positive
            + acted[..., 0] * self.false_positive
            + left[..., 1] * self.false_negative
            + left[..., 0] * self.true_negative
        )
        return ratio(worth, n)
