"""CatBoost."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain import expectations
from mll_core.domain.boosted_trees import ENOUGH, BoostedTrees, Loss, held_out
from mll_core.domain.model import Demand, Feature
from mll_core.domain.task import Task

LOSSES = {
    "squared": "RMSE",
    "absolute": "MAE",
    "quantile": "Quantile:alpha={}",
    "poisson": "Poisson",
    "tweedie": "Tweedie:variance_power=1.5",
}


class CatBoost(BoostedTrees):
    """Boosted trees that are symmetric and read a category by how the answer went in earlier rows.

    Strong where categories have many levels. Growing stops when a held-out tenth of the rows gets
    no better. Source: Prokhorenkova et al. (2018), CatBoost: Unbiased Boosting with Categorical
    Features.
    """

    label: ClassVar[str] = "CatBoost"
    cost: ClassVar[float] = 8.0
    promise: ClassVar[float] = 14.0
    strong: ClassVar[bool] = True
    working: ClassVar[float] = 36.0
    usual: ClassVar[bool] = True
    library: ClassVar[str] = "catboost"
    keeps: ClassVar[frozenset[Demand]] = frozenset({"directions"})
    kind: Literal["catboost"] = "catboost"
    loss: Literal["squared", "absolute", "quantile", "poisson", "tweedie"] = Loss
    learning_rate: float = Field(0.12, ge=0.005, le=1, description="How much each tree corrects")
    trees: int = Field(1000, ge=5, le=10_000, description="Number of trees, at most")
    depth: int = Field(6, ge=1, le=10, description="Questions from the root of a tree to a leaf")
    l2: float = Field(3.0, ge=0, le=100, description="How much large corrections are held back")
    chance: float = Field(1.0, ge=0, le=20, description="How much chance decides between splits")
    columns: float = Field(1.0, ge=0.05, le=1, description="Share of columns tried at each split")
    one_hot: int = Field(
        2, ge=2, le=250, description="Categories of at most so many levels get a column for each"
    )
    combined: int = Field(1, ge=1, le=4, description="Categories that are looked at together")
    stop_early: bool = Field(True, description="Stop when held-out rows get no better")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.catboost_trees import CatBoostTrees

        demanded = expectations.directions(features)
        settings = {
            "loss_function": LOSSES[self.loss].format(self.quantile),
            "learning_rate": self.learning_rate,
            "iterations": self.trees,
            "depth": self.depth,
            "l2_leaf_reg": self.l2,
            "random_strength": self.chance,
            "max_ctr_complexity": self.combined,
            "one_hot_max_size": self.one_hot,
            **({"rsm": self.columns} if self.columns < 1 else {}),
            "random_seed": seed,
            **({"monotone_constraints": demanded} if demanded else {}),
        }
        coded = tuple(i for i, feature in enumerate(features) if feature.kind == "category")
        return CatBoostTrees(settings, coded, task.classifies, threads)

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        booster = getattr(estimator, "regressor", estimator)
        if not self.stop_early or len(target) < ENOUGH:
            few = self.trees if not self.stop_early else 10 + round(8 / self.learning_rate)
            booster.settings["iterations"] = min(self.trees, few)
            return estimator.fit(matrix, target)
        classes, seed = booster.classifies, booster.settings["random_seed"]
        learn, held = held_out(target, classes=classes, seed=seed)
        judged = getattr(estimator, "func", None)
        truth = judged(target[held]) if judged else target[held]
        return estimator.fit(matrix[learn], target[learn], held=(matrix[held], truth))

    def weigh(self, estimator: Any, weights: dict[int, float]) -> bool:
        estimator.settings["class_weights"] = [weights[code] for code in sorted(weights)]
        return True

    def settled(self, fitted: Sequence[Any]) -> Self:
        trees = round(1.05 * sum(booster.trees for booster in fitted) / len(fitted))
        return self.model_copy(update={"trees": max(5, min(10_000, trees)), "stop_early": False})

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (
            cls(depth=5, columns=0.3, one_hot=16),
            cls(depth=8, learning_rate=0.1),
            cls(depth=4, learning_rate=0.1, trees=2000),
        )
