"""Nearest neighbours."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class NearestNeighbours(DenseModel):
    """What became of the most similar rows: their shares or their mean.

    It remembers rows, drawn by chance where there are too many, so it is large and slow to ask.
    Rows are similar whose scaled numbers and levels lie close. Source: Cover & Hart (1967), Nearest
    Neighbor Pattern Classification.
    """

    label: ClassVar[str] = "Nearest neighbours"
    complexity: ClassVar[int] = 4
    cost: ClassVar[float] = 0.8
    kind: Literal["nearest_neighbours"] = "nearest_neighbours"
    neighbours: int = Field(30, ge=1, le=500, description="How many similar rows are looked at")
    remembered: int = Field(10_000, ge=100, le=50_000, description="Rows remembered, at most")
    nearer: bool = Field(True, description="The nearer a row, the more it counts")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import neighbors, pipeline

        cls = neighbors.KNeighborsClassifier
        if not task.classifies:
            cls = neighbors.KNeighborsRegressor
        near = cls(
            n_neighbors=self.neighbours,
            weights="distance" if self.nearer else "uniform",
            algorithm="brute",
            n_jobs=threads,
        )
        columns = self.columns(features, task, "straight", seed=seed)
        return pipeline.Pipeline([("columns", columns), ("near", near)])

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        import numpy as np

        near = getattr(estimator, "regressor", estimator).named_steps["near"]
        near.set_params(n_neighbors=min(self.neighbours, len(target)))
        if len(target) > self.remembered:
            drawn = np.random.default_rng(len(target)).permutation(len(target))[: self.remembered]
            if hasattr(near, "predict_proba"):
                drawn = np.union1d(drawn, np.unique(target, return_index=True)[1])
            kept = np.sort(drawn)
            matrix, target = matrix[kept], target[kept]
        return estimator.fit(matrix, target)

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(neighbours=100), cls(neighbours=8))
