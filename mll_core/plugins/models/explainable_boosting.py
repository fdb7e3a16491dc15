"""Explainable boosting."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain import expectations
from mll_core.domain.boosted_trees import ENOUGH
from mll_core.domain.model import Demand, Feature, Model
from mll_core.domain.task import Task

SAMPLE = 20_000
"""Rows that the pairs are looked for on."""


class ExplainableBoosting(Model):
    """One shape per column, built up by small trees, and a few pairs of columns found by
    themselves: a sum that can be drawn, and often as good as trees that cannot.

    Source: Lou, Caruana, Gehrke & Hooker (2013), Accurate Intelligible Models with Pairwise
    Interactions.
    """

    label: ClassVar[str] = "Explainable boosting"
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 2.2
    interpretable: ClassVar[bool] = True
    keeps: ClassVar[frozenset[Demand]] = frozenset({"directions", "groups"})
    working: ClassVar[float] = 32.0
    kind: Literal["explainable_boosting"] = "explainable_boosting"
    learning_rate: float = Field(0.08, ge=0.005, le=1, description="How much each tree corrects")
    trees: int = Field(800, ge=5, le=5000, description="Number of trees, at most")
    pairs: int = Field(10, ge=0, le=50, description="Pairs of columns that act together, at most")
    leaf: int = Field(20, ge=1, le=1000, description="Fewest rows in a leaf")
    stop_early: bool = Field(True, description="Stop when held-out rows get no better")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import ensemble

        cls = ensemble.HistGradientBoostingClassifier
        if not task.classifies:
            cls = ensemble.HistGradientBoostingRegressor
        coded = [i for i, feature in enumerate(features) if 0 < len(feature.levels) <= 250]  # noqa: PLR2004
        return cls(
            learning_rate=self.learning_rate,
            max_iter=self.trees,
            max_leaf_nodes=6,
            min_samples_leaf=self.leaf,
            max_features=0.6,
            l2_regularization=1.0,
            categorical_features=coded or None,
            monotonic_cst=expectations.directions(features),
            interaction_cst=expectations.groups(features),
            early_stopping=self.stop_early,
            n_iter_no_change=20,
            random_state=seed,
        )

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        import numpy as np

        booster = getattr(estimator, "regressor", estimator)
        classes = hasattr(booster, "predict_proba")
        rare = int(np.unique(target, return_counts=True)[1].min()) if classes else ENOUGH
        if len(target) < ENOUGH or rare < 10:  # noqa: PLR2004  # rows of every class on both sides
            booster.set_params(early_stopping=False, max_iter=min(self.trees, 100))
        allowed = booster.interaction_cst
        alone = [[place] for place in range(matrix.shape[1])]
        booster.set_params(interaction_cst=alone)
        if self.pairs and len(target) >= ENOUGH:
            found = self._pairs(booster, estimator, (matrix, target), allowed)
            booster.set_params(interaction_cst=alone + [list(pair) for pair in found])
        return estimator.fit(matrix, target)

    def _pairs(self, booster: Any, estimator: Any, rows: tuple[Any, Any], allowed: Any) -> Any:
        # What shapes of single columns leave unexplained, on part of the rows.
        import numpy as np
        from sklearn.base import clone

        from mll_core.infra import pairs

        drawn = np.random.default_rng(booster.random_state).permutation(len(rows[1]))[:SAMPLE]
        matrix, target = rows[0][drawn], rows[1][drawn]
        judged = getattr(estimator, "func", None)
        truth = judged(target) if judged else target
        quick = clone(booster).set_params(
            max_iter=60, learning_rate=0.15, early_stopping=False, max_features=1.0
        )
        quick.fit(matrix, truth)
        if hasattr(quick, "predict_proba"):
            truth = (target[:, None] == quick.classes_[None, :]).astype(float)
            left = truth - quick.predict_proba(matrix)
        else:
            truth = truth[:, None]
            left = truth - quick.predict(matrix)[:, None]
        return pairs.found(matrix, truth, left, self.pairs, allowed)

    def settled(self, fitted: Sequence[Any]) -> Self:
        trees = round(sum(booster.n_iter_ for booster in fitted) / len(fitted))
        return self.model_copy(update={"trees": max(5, min(5000, trees)), "stop_early": False})

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(pairs=25), cls(learning_rate=0.04, trees=1600))
