"""What models share that learn from rows without an answer."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task


class GroupModel(Model):
    """Puts rows into groups that lie close together, and new rows into the same groups."""

    tasks: ClassVar[frozenset[Task]] = frozenset({Task.CLUSTERING})
    usual: ClassVar[bool] = True
    appetite: ClassVar[float] = 70.0
    most: ClassVar[int] = 20_000
    """Rows it learns from, at most; all rows are put into the groups."""

    @classmethod
    def compared(cls, numbers: Sequence[int]) -> tuple[Self, ...]:
        """The settings that are compared, for numbers of groups in question."""
        return tuple(cls.of(groups=k) for k in numbers)

    def space(self, features: Sequence[Feature]) -> Any:
        """An unfitted transformer: where rows lie, the same for every model."""
        from mll_core.infra.estimators.space import Space

        return Space([i for i, feature in enumerate(features) if feature.kind == "category"])

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        """Fit what ``build`` made; there is no target."""
        return estimator.fit(matrix)


class OddModel(Model):
    """Says how much a row stands out, from 0 to 1."""

    tasks: ClassVar[frozenset[Task]] = frozenset({Task.ANOMALY})
    usual: ClassVar[bool] = True
    appetite: ClassVar[float] = 70.0
    most: ClassVar[int] = 20_000
    """Rows it learns from, at most; all rows are scored."""

    @abstractmethod
    def detector(self, width: int, *, seed: int, threads: int) -> Any:
        """What says how usual a row is, unfitted; ``score_samples`` of ``width`` numbers."""

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        """A new, unfitted estimator: scores from 0 to 1."""
        from mll_core.infra.estimators.oddness import Oddness
        from mll_core.infra.estimators.space import Space

        codes = [i for i, feature in enumerate(features) if feature.kind == "category"]
        space = Space(codes, gaps=True, rarity=True, reach=0.0)
        found = self.detector(len(features), seed=seed, threads=threads)
        return Oddness(space, found, self.most, seed)

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        """Fit what ``build`` made; there is no target."""
        return estimator.fit(matrix)
