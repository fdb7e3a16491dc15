"""Ridge regression."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class Ridge(DenseModel):
    """A sum of what each column adds, held back so that none runs away. A number adds along a line
    that may bend, and that is level beyond the numbers seen.

    Source: Hoerl & Kennard (1970), Ridge Regression: Biased Estimation for Nonorthogonal Problems.
    """

    label: ClassVar[str] = "Ridge regression"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.3
    usual: ClassVar[bool] = True
    batched: ClassVar[float | None] = 8.0
    interpretable: ClassVar[bool] = True
    kind: Literal["ridge"] = "ridge"
    alpha: float = Field(3.0, ge=1e-4, le=1e5, description="How much large weights are held back")
    bent: bool = Field(True, description="A line per number may bend in five places")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn.linear_model import Ridge as Linear

        from mll_core.infra.estimators.in_batches import InBatches

        columns = self.columns(features, task, "bent" if self.bent else "straight", seed=seed)
        linear = Linear(alpha=self.alpha, random_state=seed)
        return InBatches([("columns", columns), ("linear", linear)])

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(bent=False), cls(alpha=30.0))
