"""A small decision tree."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain import expectations
from mll_core.domain.leaves import smooth
from mll_core.domain.model import Demand, Feature, Model
from mll_core.domain.task import Task


class DecisionTree(Model):
    """A few questions with yes or no, one after another: small enough to be drawn and read aloud.

    Class shares in a leaf are smoothed towards those of all rows. Source: Breiman, Friedman, Olshen
    & Stone (1984), Classification and Regression Trees.
    """

    label: ClassVar[str] = "Decision tree"
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.2
    interpretable: ClassVar[bool] = True
    keeps: ClassVar[frozenset[Demand]] = frozenset({"directions"})
    kind: Literal["decision_tree"] = "decision_tree"
    leaves: int = Field(12, ge=2, le=64, description="Answers that it may come to, at most")
    depth: int = Field(5, ge=1, le=10, description="Questions on the way to an answer, at most")
    leaf: int = Field(10, ge=1, le=1000, description="Fewest rows behind an answer")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import impute, pipeline, tree

        cls = tree.DecisionTreeClassifier if task.classifies else tree.DecisionTreeRegressor
        demanded = expectations.directions(features)
        grown = cls(
            max_leaf_nodes=self.leaves,
            max_depth=self.depth,
            min_samples_leaf=self.leaf,
            monotonic_cst=demanded,
            random_state=seed,
        )
        steps: list[tuple[str, Any]] = [("tree", grown)]
        if demanded is not None:  # such a tree takes no gaps
            filled = impute.SimpleImputer(strategy="median", keep_empty_features=True)
            steps.insert(0, ("filled", filled))
        return pipeline.Pipeline(steps)

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        fitted = estimator.fit(matrix, target)
        grown = getattr(fitted, "regressor_", fitted).named_steps["tree"]
        # Smaller leaves are smoothed more, which could turn a direction that is demanded.
        if hasattr(grown, "classes_") and grown.monotonic_cst is None:
            smooth(grown.tree_)
        return fitted

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(leaves=32, depth=8), cls(leaves=6, depth=3))
