"""XGBoost."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain import expectations
from mll_core.domain.boosted_trees import ENOUGH, BoostedTrees, held_out
from mll_core.domain.model import Feature
from mll_core.domain.task import Task

LOSSES = {
    "squared": "reg:squarederror",
    "absolute": "reg:absoluteerror",
    "quantile": "reg:quantileerror",
    "poisson": "count:poisson",
    "gamma": "reg:gamma",
    "tweedie": "reg:tweedie",
}


class XGBoost(BoostedTrees):
    """Boosted trees that weigh each leaf by how sure its rows are, grown level by level.

    Gaps and categories are taken as they are. Growing stops when a held-out tenth of the rows gets
    no better. Source: Chen & Guestrin (2016), XGBoost: A Scalable Tree Boosting System.
    """

    label: ClassVar[str] = "XGBoost"
    cost: ClassVar[float] = 1.3
    strong: ClassVar[bool] = True
    library: ClassVar[str] = "xgboost"
    kind: Literal["xgboost"] = "xgboost"
    learning_rate: float = Field(0.06, ge=0.005, le=1, description="How much each tree corrects")
    trees: int = Field(1000, ge=5, le=10_000, description="Number of trees, at most")
    depth: int = Field(6, ge=1, le=14, description="Questions from the root of a tree to a leaf")
    weight: float = Field(3.0, ge=0, le=100, description="How sure the rows of a leaf must be")
    columns: float = Field(0.6, ge=0.05, le=1, description="Share of columns each tree sees")
    rows: float = Field(0.9, ge=0.1, le=1, description="Share of rows each tree sees")
    l2: float = Field(3.0, ge=0, le=100, description="How much large corrections are held back")
    stop_early: bool = Field(True, description="Stop when held-out rows get no better")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.xgboost_trees import XGBoostTrees

        demanded = {
            "monotone_constraints": expectations.directions(features),
            "interaction_constraints": expectations.groups(features),
        }
        settings = {
            "objective": LOSSES[self.loss],
            "learning_rate": self.learning_rate,
            "trees": self.trees,
            "max_depth": self.depth,
            "min_child_weight": self.weight,
            "colsample_bytree": self.columns,
            "subsample": self.rows,
            "reg_lambda": self.l2,
            "tree_method": "hist",
            "seed": seed,
            **({"quantile_alpha": self.quantile} if self.loss == "quantile" else {}),
            **{name: str(said) for name, said in demanded.items() if said is not None},
        }
        if demanded["monotone_constraints"] is not None:
            settings["monotone_constraints"] = str(tuple(demanded["monotone_constraints"]))
        coded = tuple(i for i, feature in enumerate(features) if feature.kind == "category")
        return XGBoostTrees(settings, coded, task.classifies, threads)

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        booster = getattr(estimator, "regressor", estimator)
        if not self.stop_early or len(target) < ENOUGH:
            few = self.trees if not self.stop_early else 10 + round(6 / self.learning_rate)
            booster.settings["trees"] = min(self.trees, few)
            return estimator.fit(matrix, target)
        learn, held = held_out(target, classes=booster.classifies, seed=booster.settings["seed"])
        judged = getattr(estimator, "func", None)
        truth = judged(target[held]) if judged else target[held]
        return estimator.fit(matrix[learn], target[learn], held=(matrix[held], truth))

    def settled(self, fitted: Sequence[Any]) -> Self:
        trees = round(1.05 * sum(booster.trees for booster in fitted) / len(fitted))
        return self.model_copy(update={"trees": max(5, min(10_000, trees)), "stop_early": False})

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(depth=3, learning_rate=0.1, columns=0.4), cls(depth=9, columns=0.8))
