"""Mini-batch k-means."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.model import Feature
from mll_core.domain.task import Task
from mll_core.infra.unanswered_model import GroupModel


class MiniBatchKMeans(GroupModel):
    """K-means that moves its centres after a few rows at a time: for very many rows.

    Source: Sculley (2010), Web-scale k-means clustering.
    """

    label: ClassVar[str] = "Mini-batch k-means"
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.3
    interpretable: ClassVar[bool] = True
    most: ClassVar[int] = 200_000
    kind: Literal["mini_batch_k_means"] = "mini_batch_k_means"
    groups: int = Field(4, ge=2, le=50, description="How many groups")
    batch: int = Field(2048, ge=100, le=100_000, description="Rows looked at before centres move")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import cluster

        from mll_core.infra.estimators.grouping import NearestCentre

        found = cluster.MiniBatchKMeans(
            n_clusters=self.groups, batch_size=self.batch, n_init=3, random_state=seed
        )
        return NearestCentre(self.space(features), found, self.most, seed)
