"""Agglomerative clustering."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.model import Feature
from mll_core.domain.task import Task
from mll_core.infra.unanswered_model import GroupModel


class Agglomerative(GroupModel):
    """Groups that grow together: the two that lose least by it become one, until k are left.

    New rows go to the nearest middle. Source: Ward (1963), Hierarchical Grouping to Optimize an
    Objective Function.
    """

    label: ClassVar[str] = "Agglomerative"
    complexity: ClassVar[int] = 4
    cost: ClassVar[float] = 1.0
    most: ClassVar[int] = 3_000
    kind: Literal["agglomerative"] = "agglomerative"
    groups: int = Field(4, ge=2, le=50, description="How many groups")
    linkage: Literal["ward", "average", "complete"] = Field(
        "ward", description="How far apart two groups are: by spread, on average, or at most"
    )

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import cluster

        from mll_core.infra.estimators.grouping import NearestCentre

        found = cluster.AgglomerativeClustering(n_clusters=self.groups, linkage=self.linkage)
        return NearestCentre(self.space(features), found, self.most, seed)
