"""Robust z-score."""

from typing import Any, ClassVar, Literal

from mll_core.infra.unanswered_model import OddModel


class RobustZScore(OddModel):
    """The most unusual single value of a row: what looking at one column after the other finds.

    Source: Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers.
    """

    label: ClassVar[str] = "Worst single column"
    complexity: ClassVar[int] = 0
    cost: ClassVar[float] = 0.1
    baseline: ClassVar[bool] = True
    interpretable: ClassVar[bool] = True
    kind: Literal["robust_z_score"] = "robust_z_score"

    def detector(self, width: int, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.oddness import WorstColumn

        return WorstColumn()
