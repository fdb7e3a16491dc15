"""Naive Bayes."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task


class NaiveBayes(Model):
    """Each column speaks for itself, and what they say is multiplied: numbers by a bell curve per
    class over their ranks, categories by how often each level occurs in the class.

    Quick and steady on few rows; columns that say the same are counted twice, so it is often too
    sure. Source: Hand & Yu (2001), Idiot's Bayes: Not So Stupid After All?
    """

    label: ClassVar[str] = "Naive Bayes"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.2
    working: ClassVar[float] = 32.0
    kind: Literal["naive_bayes"] = "naive_bayes"
    smoothing: float = Field(
        1.0, ge=0.01, le=100, description="Rows that every level is taken to have had anyway"
    )

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import compose, pipeline, preprocessing

        from mll_core.infra.estimators.mixed_bayes import MixedBayes

        numbers = [i for i, feature in enumerate(features) if feature.kind == "number"]
        coded = [i for i, feature in enumerate(features) if feature.kind == "category"]
        ranks = preprocessing.QuantileTransformer(
            n_quantiles=100, output_distribution="normal", subsample=50_000, random_state=seed
        )
        columns = [("numbers", ranks, numbers), ("categories", "passthrough", coded)]
        levels = (0,) * len(numbers) + tuple(len(features[place].levels) for place in coded)
        return pipeline.Pipeline(
            [
                ("columns", compose.ColumnTransformer([part for part in columns if part[2]])),
                ("bayes", MixedBayes(levels, self.smoothing)),
            ]
        )

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(smoothing=10.0),)
