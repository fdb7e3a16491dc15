"""Histogram gradient boosting."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain import expectations
from mll_core.domain.boosted_trees import ENOUGH, BoostedTrees, Loss
from mll_core.domain.model import Feature
from mll_core.domain.task import Task

MOST_LEVELS = 250
"""More levels than scikit-learn's bins are read as numbers: their codes run by frequency."""
LOSSES = {"squared": "squared_error", "absolute": "absolute_error"}
"""Where scikit-learn has another name."""


class HistGradientBoosting(BoostedTrees):
    """Trees grown one after another, each on the errors of those before; strong on tables.

    Gaps and categories are taken as they are. Growing stops when a held-out tenth of the rows gets
    no better. Source: Friedman (2001), Greedy Function Approximation; Ke et al. (2017), LightGBM.
    """

    label: ClassVar[str] = "Gradient boosting"
    cost: ClassVar[float] = 1.2
    promise: ClassVar[float] = 0.3
    strong: ClassVar[bool] = True
    usual: ClassVar[bool] = True
    kind: Literal["hist_gradient_boosting"] = "hist_gradient_boosting"
    loss: Literal["squared", "absolute", "quantile", "poisson", "gamma"] = Loss
    learning_rate: float = Field(0.08, ge=0.005, le=1, description="How much each tree corrects")
    trees: int = Field(500, ge=5, le=5000, description="Number of trees, at most")
    leaves: int = Field(31, ge=3, le=255, description="Leaves of each tree, at most")
    leaf: int = Field(20, ge=1, le=1000, description="Fewest rows in a leaf")
    columns: float = Field(0.6, ge=0.05, le=1, description="Share of columns tried at each split")
    l2: float = Field(1.0, ge=0, le=100, description="How much large corrections are held back")
    stop_early: bool = Field(True, description="Stop when held-out rows get no better")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import ensemble

        cls = ensemble.HistGradientBoostingClassifier
        if not task.classifies:
            cls = ensemble.HistGradientBoostingRegressor
        asked: dict[str, Any] = (
            {} if task.classifies else {"loss": LOSSES.get(self.loss, self.loss)}
        )
        if self.loss == "quantile" and asked:
            asked["quantile"] = self.quantile
        coded = [i for i, feature in enumerate(features) if 0 < len(feature.levels) <= MOST_LEVELS]
        return cls(
            learning_rate=self.learning_rate,
            max_iter=self.trees,
            max_leaf_nodes=self.leaves,
            min_samples_leaf=self.leaf,
            max_features=self.columns,
            l2_regularization=self.l2,
            categorical_features=coded or None,
            early_stopping=self.stop_early,
            n_iter_no_change=20,
            random_state=seed,
            monotonic_cst=expectations.directions(features),
            interaction_cst=expectations.groups(features),
            **asked,
        )

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        import numpy as np

        booster = getattr(estimator, "regressor", estimator)
        classes = hasattr(booster, "predict_proba")
        rare = int(np.unique(target, return_counts=True)[1].min()) if classes else ENOUGH
        if len(target) < ENOUGH or rare < 10:  # noqa: PLR2004  # rows of every class on both sides
            booster.set_params(early_stopping=False, max_iter=min(self.trees, 100))
        return estimator.fit(matrix, target)

    def settled(self, fitted: Sequence[Any]) -> Self:
        found = [booster.n_iter_ for booster in fitted]
        trees = max(5, min(5000, round(sum(found) / len(found))))
        return self.model_copy(update={"trees": trees, "stop_early": False})

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (
            cls(learning_rate=0.05, leaves=10, columns=0.4, l2=10.0, trees=1000),
            cls(learning_rate=0.05, leaves=63, columns=0.9, trees=1000),
        )
