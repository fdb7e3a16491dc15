"""K-means."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.model import Feature
from mll_core.domain.task import Task
from mll_core.infra.unanswered_model import GroupModel


class KMeans(GroupModel):
    """Round groups of similar size: each row belongs to the nearest of k centres.

    Source: Lloyd (1982), Least Squares Quantization in PCM; Arthur & Vassilvitskii (2007),
    k-means++: The Advantages of Careful Seeding.
    """

    label: ClassVar[str] = "K-means"
    complexity: ClassVar[int] = 1
    cost: ClassVar[float] = 0.5
    interpretable: ClassVar[bool] = True
    kind: Literal["k_means"] = "k_means"
    groups: int = Field(4, ge=2, le=50, description="How many groups")
    starts: int = Field(4, ge=1, le=50, description="How often it begins anew; the best is kept")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import cluster

        from mll_core.infra.estimators.grouping import NearestCentre

        found = cluster.KMeans(n_clusters=self.groups, n_init=self.starts, random_state=seed)
        return NearestCentre(self.space(features), found, self.most, seed)
