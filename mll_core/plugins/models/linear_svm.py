"""Linear support vector machine."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class LinearSVM(DenseModel):
    """A straight border with the widest margin; only rows near it or beyond it count.

    Probabilities come from a curve over margins of rows held out in turn. For numbers: a line that
    small errors do not move. Source: Cortes & Vapnik (1995), Support-Vector Networks.
    """

    label: ClassVar[str] = "Linear support vectors"
    complexity: ClassVar[int] = 3
    cost: ClassVar[float] = 2.5
    kind: Literal["linear_svm"] = "linear_svm"
    c: float = Field(0.03, ge=1e-4, le=100, description="Trust in the data: small means smoother")
    bent: bool = Field(True, description="A line per number may bend in five places")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import compose, pipeline, preprocessing, svm

        from mll_core.infra.estimators.calibrated_margin import CalibratedMargin

        columns = self.columns(features, task, "bent" if self.bent else "straight", seed=seed)
        if task.classifies:
            border = svm.LinearSVC(C=self.c, dual=False, max_iter=300, random_state=seed)
            return CalibratedMargin(pipeline.make_pipeline(columns, border), seed)
        line = svm.LinearSVR(
            C=self.c, loss="squared_epsilon_insensitive", dual=False, epsilon=0.1, max_iter=300
        )
        return compose.TransformedTargetRegressor(
            pipeline.make_pipeline(columns, line), transformer=preprocessing.StandardScaler()
        )

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(c=0.003), cls(bent=False))
