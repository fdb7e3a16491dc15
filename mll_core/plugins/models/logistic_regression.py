"""Logistic regression."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class LogisticRegression(DenseModel):
    """A linear model of the log-odds: each column adds or takes away its share. A number does so
    along a line that may bend, and that is level beyond the numbers seen.

    Source: Cox (1958), The Regression Analysis of Binary Sequences.
    """

    label: ClassVar[str] = "Logistic regression"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.5
    usual: ClassVar[bool] = True
    batched: ClassVar[float | None] = 8.0
    interpretable: ClassVar[bool] = True
    kind: Literal["logistic_regression"] = "logistic_regression"
    c: float = Field(1.0, ge=1e-4, le=1e4, description="Trust in the data: small means smoother")
    bent: bool = Field(True, description="A line per number may bend in five places")
    balanced: bool = Field(False, description="Weight classes so that rare ones count as much")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn.linear_model import LogisticRegression as Linear

        from mll_core.infra.estimators.in_batches import InBatches

        columns = self.columns(features, task, "bent" if self.bent else "straight", seed=seed)
        weight = "balanced" if self.balanced else None
        linear = Linear(C=self.c, class_weight=weight, max_iter=300, random_state=seed)
        return InBatches([("columns", columns), ("linear", linear)])

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(bent=False), cls(c=0.03))
