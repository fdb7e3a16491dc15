"""The prior."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task


class Prior(Model):
    """The same answer for every row: how often each class occurs, or the median (for counts and
    amounts the mean, for a quantile the quantile). It learns no column, so a model that is not
    better has found nothing.
    """

    label: ClassVar[str] = "Always the same answer"
    complexity: ClassVar[int] = 0
    baseline: ClassVar[bool] = True
    cost: ClassVar[float] = 0.0
    interpretable: ClassVar[bool] = True
    fixed: ClassVar[frozenset[str]] = frozenset({"constant", "quantile"})
    kind: Literal["prior"] = "prior"
    constant: Literal["median", "mean", "quantile"] = Field(
        "median", description="For numbers: which number is always said"
    )
    quantile: float = Field(0.5, ge=0.01, le=0.99, description="Which quantile, when it is one")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn.dummy import DummyClassifier, DummyRegressor

        if task.classifies:
            return DummyClassifier(strategy="prior")
        share = self.quantile if self.constant == "quantile" else None
        return DummyRegressor(strategy=self.constant, quantile=share)
