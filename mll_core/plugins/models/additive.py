"""Generalised additive model."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class Additive(DenseModel):
    """One smooth curve per number and one value per level, added up; the curves can be drawn.

    The curves are cubic splines, level beyond the numbers seen, held back so that none runs away.
    For classes the log-odds are the sum. Source: Hastie & Tibshirani (1986), Generalized Additive
    Models.
    """

    label: ClassVar[str] = "Additive curves"
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.9
    working: ClassVar[float] = 120.0
    usual: ClassVar[bool] = True
    interpretable: ClassVar[bool] = True
    kind: Literal["additive"] = "additive"
    held: float = Field(5.0, ge=1e-4, le=1e4, description="How much the curves are held back")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import linear_model, pipeline

        columns = self.columns(features, task, "smooth", seed=seed)
        line: Any = linear_model.Ridge(alpha=self.held, random_state=seed)
        if task.classifies:
            line = linear_model.LogisticRegression(C=1 / self.held, max_iter=300, random_state=seed)
        return pipeline.make_pipeline(columns, line)

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(held=0.3), cls(held=30.0))
