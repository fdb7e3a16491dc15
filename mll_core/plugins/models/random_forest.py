"""Random forest."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task


class RandomForest(Model):
    """Many trees, each on rows and columns drawn by chance; their average is steadier than any.

    Source: Breiman (2001), Random Forests.
    """

    label: ClassVar[str] = "Random forest"
    complexity: ClassVar[int] = 4
    cost: ClassVar[float] = 3.0
    working: ClassVar[float] = 60.0
    appetite: ClassVar[float] = 70.0
    usual: ClassVar[bool] = True
    kind: Literal["random_forest"] = "random_forest"
    trees: int = Field(60, ge=10, le=1000, description="Number of trees")
    leaf: int = Field(3, ge=1, le=100, description="Fewest rows in a leaf")
    columns: float = Field(0.4, ge=0.05, le=1, description="Share of columns tried at each split")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import ensemble

        cls = ensemble.RandomForestClassifier
        if not task.classifies:
            cls = ensemble.RandomForestRegressor
        return cls(
            n_estimators=self.trees,
            min_samples_leaf=self.leaf,
            max_features=self.columns,
            max_samples=0.6,
            n_jobs=threads,
            random_state=seed,
        )
