"""Ridge regression."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class Ridge(DenseModel):
    """A straight line through the rows, held back so that no column runs away.

    Source: Hoerl & Kennard (1970), Ridge Regression: Biased Estimation for Nonorthogonal Problems.
    """

    label: ClassVar[str] = "Ridge regression"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.3
    kind: Literal["ridge"] = "ridge"
    alpha: float = Field(3.0, ge=1e-4, le=1e5, description="How much large weights are held back")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn.linear_model import Ridge as Linear
        from sklearn.pipeline import make_pipeline

        linear = Linear(alpha=self.alpha, random_state=seed)
        return make_pipeline(self.columns(features, task, seed=seed), linear)

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(alpha=30.0),)
