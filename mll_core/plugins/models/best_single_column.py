"""The best single column."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.leaves import smooth
from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task

SAMPLE = 4_000
"""Rows that the choice of the column looks at."""


class BestSingleColumn(Model):
    """A small tree on the one column that predicts best: the rule a person could keep in mind.

    The column is chosen on part of the rows and judged on the rest. Class shares in a leaf are
    smoothed towards those of all rows. Sources: Holte (1993), Very Simple Classification Rules
    Perform Well on Most Commonly Used Datasets; Cestnik (1990), Estimating Probabilities.
    """

    label: ClassVar[str] = "Best single column"
    complexity: ClassVar[int] = 1
    baseline: ClassVar[bool] = True
    cost: ClassVar[float] = 0.1
    interpretable: ClassVar[bool] = True
    kind: Literal["best_single_column"] = "best_single_column"
    depth: int = Field(3, ge=1, le=6, description="Questions asked about the column, at most")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import compose, pipeline, tree

        cls = tree.DecisionTreeClassifier if task.classifies else tree.DecisionTreeRegressor
        return pipeline.Pipeline(
            [
                ("column", compose.ColumnTransformer([("best", "passthrough", [0])])),
                ("rule", cls(max_depth=self.depth, min_samples_leaf=5, random_state=seed)),
            ]
        )

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        import numpy as np
        from sklearn.base import clone

        rule = estimator.named_steps["rule"]
        rows = np.random.default_rng(rule.random_state).permutation(len(target))[:SAMPLE]
        learn, judge = rows[: len(rows) // 2 + 1], rows[len(rows) // 2 :]
        skill = []
        for place in range(matrix.shape[1]):
            column = matrix[:, [place]]
            tried = clone(rule).fit(column[learn], target[learn])
            skill.append(_skill(tried, column[judge], target[judge]))
        best = int(np.argmax(skill))
        estimator.set_params(column__transformers=[("best", "passthrough", [best])])
        fitted = estimator.fit(matrix, target)
        if hasattr(rule, "classes_"):
            smooth(fitted.named_steps["rule"].tree_)
        return fitted


def _skill(rule: Any, column: Any, target: Any) -> float:
    # Minus the squared error: the Brier score for classes, the residual sum for numbers.
    import numpy as np

    if not hasattr(rule, "classes_"):
        return -float(np.mean((rule.predict(column) - target) ** 2))
    truth = target[:, None] == rule.classes_[None, :]
    return -float(np.mean((rule.predict_proba(column) - truth) ** 2))
