"""Extremely randomised trees."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain import expectations
from mll_core.domain.model import Demand, Feature, Model
from mll_core.domain.task import Task


class ExtraTrees(Model):
    """Many trees whose cuts are drawn by chance, on all rows; their average is smooth and steady.

    Source: Geurts, Ernst & Wehenkel (2006), Extremely Randomized Trees.
    """

    label: ClassVar[str] = "Extra trees"
    complexity: ClassVar[int] = 4
    cost: ClassVar[float] = 3.0
    working: ClassVar[float] = 170.0
    appetite: ClassVar[float] = 70.0
    keeps: ClassVar[frozenset[Demand]] = frozenset({"directions"})
    kind: Literal["extra_trees"] = "extra_trees"
    trees: int = Field(100, ge=10, le=1000, description="Number of trees")
    leaf: int = Field(3, ge=1, le=100, description="Fewest rows in a leaf")
    columns: float = Field(0.6, ge=0.05, le=1, description="Share of columns tried at each split")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import ensemble, impute, pipeline

        cls = ensemble.ExtraTreesClassifier
        if not task.classifies:
            cls = ensemble.ExtraTreesRegressor
        demanded = expectations.directions(features)
        forest = cls(
            n_estimators=self.trees,
            min_samples_leaf=self.leaf,
            max_features=self.columns,
            monotonic_cst=demanded,
            n_jobs=threads,
            random_state=seed,
        )
        if demanded is None:
            return forest
        # Trees held to a direction take no gaps.
        filled = impute.SimpleImputer(strategy="median", keep_empty_features=True)
        return pipeline.make_pipeline(filled, forest)
