"""Kernel support vector machine."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class KernelSVM(DenseModel):
    """A curved border with the widest margin, drawn by likeness to some rows that it remembers.

    The likenesses to these landmarks stand for those to all rows, so it scales. Probabilities come
    from a curve over margins of rows held out in turn. Source: Cortes & Vapnik (1995),
    Support-Vector Networks; Williams & Seeger (2001), Using the Nystroem Method to Speed Up Kernel
    Machines.
    """

    label: ClassVar[str] = "Kernel support vectors"
    complexity: ClassVar[int] = 5
    cost: ClassVar[float] = 12.0
    kind: Literal["kernel_svm"] = "kernel_svm"
    c: float = Field(10.0, ge=1e-3, le=1000, description="Trust in the data: small means smoother")
    bend: float = Field(
        0.05, ge=0.001, le=10, description="How quickly the answer may change between similar rows"
    )
    bent: bool = Field(True, description="A line per number may bend in five places first")
    landmarks: int = Field(300, ge=20, le=1000, description="Rows remembered, at most")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import compose, kernel_approximation, pipeline, preprocessing, svm

        from mll_core.infra.estimators.calibrated_margin import CalibratedMargin

        curve = kernel_approximation.Nystroem(
            gamma=self.bend / len(features), n_components=self.landmarks, random_state=seed
        )
        border = svm.LinearSVC(C=self.c, dual=False, max_iter=300, random_state=seed)
        line = svm.LinearSVR(
            C=self.c, loss="squared_epsilon_insensitive", dual=False, epsilon=0.1, max_iter=300
        )
        columns = self.columns(features, task, "bent" if self.bent else "straight", seed=seed)
        machine = pipeline.Pipeline(
            [("columns", columns), ("curve", curve), ("line", border if task.classifies else line)]
        )
        if task.classifies:
            return CalibratedMargin(machine, seed)
        return compose.TransformedTargetRegressor(
            machine, transformer=preprocessing.StandardScaler()
        )

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        machine = estimator
        for inner in ("regressor", "regressor", "machine"):
            machine = getattr(machine, inner, machine)
        landmarks = max(1, min(self.landmarks, len(target) // 2))
        machine.named_steps["curve"].set_params(n_components=landmarks)
        return estimator.fit(matrix, target)

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(bent=False, bend=0.3, c=1.0), cls(landmarks=600))
