"""Poisson regression."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel, on_a_log_scale
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class PoissonRegression(DenseModel):
    """For counts: each column multiplies how many are expected; larger counts may stray further.

    Source: Nelder & Wedderburn (1972), Generalized Linear Models.
    """

    label: ClassVar[str] = "Poisson regression"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.4
    interpretable: ClassVar[bool] = True
    kind: Literal["poisson_regression"] = "poisson_regression"
    alpha: float = Field(0.01, ge=1e-6, le=100, description="How much large weights are held back")
    bent: bool = Field(True, description="A line per number may bend in five places")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import linear_model, pipeline

        columns = self.columns(features, task, "bent" if self.bent else "straight", seed=seed)
        line = linear_model.PoissonRegressor(alpha=self.alpha, max_iter=300)
        return pipeline.make_pipeline(columns, line)

    @property
    def own_scale(self) -> bool:
        return True

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        return estimator.fit(matrix, on_a_log_scale(target))

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(alpha=0.0003), cls(alpha=0.3))
