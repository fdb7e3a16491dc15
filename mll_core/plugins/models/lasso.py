"""Lasso."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from mll_core.domain.model import Feature
from mll_core.domain.sparse_model import SparseModel
from mll_core.domain.task import Task


class Lasso(SparseModel):
    """A linear model that leaves out what adds little: most weights are exactly nothing.

    For classes the log-odds are the sum. Source: Tibshirani (1996), Regression Shrinkage and
    Selection via the Lasso.
    """

    label: ClassVar[str] = "Lasso"
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 1.5
    interpretable: ClassVar[bool] = True
    kind: Literal["lasso"] = "lasso"

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        return self.line(features, task, mix=1.0, seed=seed)

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(strictness=0.0005), cls(strictness=0.01))
