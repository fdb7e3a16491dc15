"""Quantile regression."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class QuantileRegression(DenseModel):
    """A linear model of a quantile: with 0.9, nine of ten cases turn out lower than it says.

    Source: Koenker & Bassett (1978), Regression Quantiles.
    """

    label: ClassVar[str] = "Quantile regression"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.6
    interpretable: ClassVar[bool] = True
    fixed: ClassVar[frozenset[str]] = frozenset({"quantile"})
    kind: Literal["quantile_regression"] = "quantile_regression"
    quantile: float = Field(
        0.5, ge=0.01, le=0.99, description="Share of cases that turn out lower than it says"
    )
    alpha: float = Field(1e-3, ge=1e-6, le=10, description="How much large weights are held back")
    bent: bool = Field(True, description="A line per number may bend in five places")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn.pipeline import make_pipeline

        from mll_core.infra.estimators.quantile_line import QuantileLine

        columns = self.columns(features, task, "bent" if self.bent else "straight", seed=seed)
        return make_pipeline(columns, QuantileLine(self.quantile, self.alpha))

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(bent=False), cls(alpha=0.03))
