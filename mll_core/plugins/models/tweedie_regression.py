"""Tweedie regression."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel, on_a_log_scale
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class TweedieRegression(DenseModel):
    """For amounts that are often exactly nothing, such as claims: each column multiplies what is
    expected.

    Source: Jorgensen (1987), Exponential Dispersion Models.
    """

    label: ClassVar[str] = "Tweedie regression"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.5
    interpretable: ClassVar[bool] = True
    fixed: ClassVar[frozenset[str]] = frozenset({"power"})
    kind: Literal["tweedie_regression"] = "tweedie_regression"
    power: float = Field(
        1.5, ge=1.05, le=1.95, description="From counts (1) to amounts that are never 0 (2)"
    )
    alpha: float = Field(0.01, ge=1e-6, le=100, description="How much large weights are held back")
    bent: bool = Field(True, description="A line per number may bend in five places")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import linear_model, pipeline

        columns = self.columns(features, task, "bent" if self.bent else "straight", seed=seed)
        line = linear_model.TweedieRegressor(
            power=self.power, alpha=self.alpha, link="log", max_iter=300
        )
        return pipeline.make_pipeline(columns, line)

    @property
    def own_scale(self) -> bool:
        return True

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        return estimator.fit(matrix, on_a_log_scale(target))

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(alpha=0.0003), cls(alpha=0.3))
