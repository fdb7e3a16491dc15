"""LightGBM."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain import expectations
from mll_core.domain.boosted_trees import ENOUGH, BoostedTrees, held_out
from mll_core.domain.model import Feature
from mll_core.domain.task import Task

PATIENCE = 40
WIDE, LONG = 300, 2_000_000
"""With more columns or rows than these it goes column by column, which takes less memory."""
FEW_LEVELS = 16
"""Up to so many levels a split parts one from all others, above it parts groups of levels."""

LOSSES = {
    "squared": "regression",
    "absolute": "regression_l1",
    "quantile": "quantile",
    "poisson": "poisson",
    "gamma": "gamma",
    "tweedie": "tweedie",
}


class LightGBM(BoostedTrees):
    """Gradient boosting that grows the leaf with most to gain, on drawn rows and columns.

    Gaps and categories are taken as they are. Growing stops when a held-out tenth gets no better.
    Source: Ke et al. (2017), LightGBM: A Highly Efficient Gradient Boosting Decision Tree.
    """

    label: ClassVar[str] = "LightGBM"
    cost: ClassVar[float] = 1.0
    promise: ClassVar[float] = 10.0
    strong: ClassVar[bool] = True
    usual: ClassVar[bool] = True
    working: ClassVar[float] = 10.0
    kind: Literal["lightgbm"] = "lightgbm"
    learning_rate: float = Field(0.06, ge=0.005, le=1, description="How much each tree corrects")
    trees: int = Field(1000, ge=5, le=10_000, description="Number of trees, at most")
    leaves: int = Field(31, ge=3, le=255, description="Leaves of each tree, at most")
    leaf: int = Field(20, ge=1, le=1000, description="Fewest rows in a leaf")
    columns: float = Field(0.5, ge=0.05, le=1, description="Share of columns each tree sees")
    rows: float = Field(1.0, ge=0.1, le=1, description="Share of rows each tree sees")
    l2: float = Field(5.0, ge=0, le=100, description="How much large corrections are held back")
    smooth: float = Field(20.0, ge=0, le=500, description="How much rare categories are held back")
    stop_early: bool = Field(True, description="Stop when held-out rows get no better")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        import lightgbm

        cls: Any = lightgbm.LGBMClassifier if task.classifies else lightgbm.LGBMRegressor
        asked = {} if task.classifies else {"objective": LOSSES[self.loss], "alpha": self.quantile}
        demanded = {
            "monotone_constraints": expectations.directions(features),
            "interaction_constraints": expectations.groups(features),
        }
        way = "col" if len(features) > WIDE else "row"
        return cls(
            n_estimators=self.trees,
            learning_rate=self.learning_rate,
            num_leaves=self.leaves,
            min_child_samples=self.leaf,
            colsample_bytree=self.columns,
            subsample=self.rows,
            subsample_freq=1,
            reg_lambda=self.l2,
            cat_smooth=self.smooth,
            max_cat_to_onehot=FEW_LEVELS,
            random_state=seed,
            n_jobs=threads,
            verbosity=-1,
            deterministic=True,
            **{f"force_{way}_wise": True},
            **asked,
            **{name: value for name, value in demanded.items() if value is not None},
        )

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        import lightgbm

        booster = getattr(estimator, "regressor", estimator)
        if len(target) > LONG:
            booster.set_params(force_col_wise=True, force_row_wise=False)
        if not self.stop_early or len(target) < ENOUGH:
            # Without held-out rows a small table gets a fixed, modest number of trees.
            few = 10 + round(6 / self.learning_rate) if self.stop_early else self.trees
            booster.set_params(n_estimators=min(self.trees, few))
            return estimator.fit(matrix, target, categorical_feature=categories or "auto")
        classes = hasattr(booster, "predict_proba")
        weighed = {"eval_class_weight": [booster.class_weight]} if booster.class_weight else {}
        learn, held = held_out(target, classes=classes, seed=booster.random_state)
        judged = getattr(estimator, "func", None) or (lambda values: values)
        stop = lightgbm.early_stopping(PATIENCE, verbose=False)
        return estimator.fit(
            matrix[learn],
            target[learn],
            eval_X=matrix[held],
            eval_y=judged(target[held]),
            **weighed,
            callbacks=[stop],
            categorical_feature=categories or "auto",
        )

    def settled(self, fitted: Sequence[Any]) -> Self:
        found = [booster.best_iteration_ or booster.n_estimators_ for booster in fitted]
        trees = max(5, min(10_000, round(1.05 * sum(found) / len(found))))
        return self.model_copy(update={"trees": trees, "stop_early": False})

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (
            cls(learning_rate=0.03, leaves=64, leaf=10, columns=0.6, l2=1.0, trees=3000),
            cls(learning_rate=0.08, leaves=6, columns=0.4, rows=0.8, l2=10.0, trees=2000),
            cls(learning_rate=0.05, leaves=15, columns=0.3, rows=0.8, leaf=50, l2=10.0),
        )
