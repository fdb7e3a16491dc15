"""What linear models share whose weights may be exactly 0."""

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task


class SparseModel(DenseModel):
    """A linear model that leaves out what adds little."""

    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 1.0
    interpretable: ClassVar[bool] = True
    strictness: float = Field(
        0.001, ge=1e-5, le=1, description="How readily weights are cut down to nothing"
    )
    bent: bool = Field(True, description="A line per number may bend in five places")

    def line(self, features: Sequence[Feature], task: Task, *, mix: float, seed: int) -> Any:
        """An unfitted estimator; ``mix`` is the share of the penalty on absolute weights."""
        from sklearn import compose, linear_model, pipeline, preprocessing

        columns = self.columns(features, task, "bent" if self.bent else "straight", seed=seed)
        if task.classifies:
            odds = linear_model.LogisticRegression(
                l1_ratio=mix, solver="saga", tol=1e-3, max_iter=100, random_state=seed
            )
            return pipeline.Pipeline([("columns", columns), ("odds", odds)])
        line = linear_model.ElasticNet(
            alpha=self.strictness, l1_ratio=mix, tol=1e-3, max_iter=2000, random_state=seed
        )
        return compose.TransformedTargetRegressor(
            pipeline.make_pipeline(columns, line), transformer=preprocessing.StandardScaler()
        )

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        """Fit; the penalty of log-odds is per row, so that more rows do not loosen it."""
        if hasattr(estimator, "named_steps"):
            c = 1 / (self.strictness * len(target))
            estimator.named_steps["odds"].set_params(C=c)
        return estimator.fit(matrix, target)
