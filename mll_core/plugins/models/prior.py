"""The prior."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task


class Prior(Model):
    """The same answer for every row: how often each class occurs, or the median. It learns no
    column, so a model that is not better has found nothing.
    """

    label: ClassVar[str] = "Always the same answer"
    complexity: ClassVar[int] = 0
    baseline: ClassVar[bool] = True
    cost: ClassVar[float] = 0.0
    interpretable: ClassVar[bool] = True
    kind: Literal["prior"] = "prior"

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn.dummy import DummyClassifier, DummyRegressor

        if task.classifies:
            return DummyClassifier(strategy="prior")
        return DummyRegressor(strategy="median")
