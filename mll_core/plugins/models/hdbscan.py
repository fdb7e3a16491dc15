"""HDBSCAN."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.model import Feature
from mll_core.domain.task import Task
from mll_core.infra.unanswered_model import GroupModel


class HDBSCAN(GroupModel):
    """Dense regions of any shape; rows between them are in no group. It finds how many there are.

    Source: Campello, Moulavi & Sander (2013), Density-Based Clustering Based on Hierarchical
    Density Estimates.
    """

    label: ClassVar[str] = "HDBSCAN"
    complexity: ClassVar[int] = 5
    cost: ClassVar[float] = 2.0
    most: ClassVar[int] = 4_000
    kind: Literal["hdbscan"] = "hdbscan"
    smallest: int = Field(25, ge=5, le=2_000, description="Rows a group must have, at least")
    sure: int = Field(5, ge=1, le=200, description="Rows that must lie near to call a place dense")

    @classmethod
    def compared(cls, numbers: Sequence[int]) -> tuple[Self, ...]:
        """A few least sizes: how many groups there are is found, not said."""
        return (cls(), cls(smallest=60, sure=10), cls(smallest=150, sure=10))

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import cluster

        from mll_core.infra.estimators.grouping import DenseRegions

        found = cluster.HDBSCAN(
            min_cluster_size=self.smallest, min_samples=self.sure, copy=True, n_jobs=threads
        )
        return DenseRegions(self.space(features), found, self.most, seed)
