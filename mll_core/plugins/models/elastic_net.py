"""Elastic net."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.model import Feature
from mll_core.domain.sparse_model import SparseModel
from mll_core.domain.task import Task


class ElasticNet(SparseModel):
    """A linear model between ridge and lasso: it leaves out columns, but columns that say the same
    share their weight.

    For classes the log-odds are the sum. Source: Zou & Hastie (2005), Regularization and Variable
    Selection via the Elastic Net.
    """

    label: ClassVar[str] = "Elastic net"
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 2.0
    interpretable: ClassVar[bool] = True
    kind: Literal["elastic_net"] = "elastic_net"
    mix: float = Field(
        0.5, ge=0.05, le=0.95, description="From sharing weight (0) to leaving columns out (1)"
    )

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        return self.line(features, task, mix=self.mix, seed=seed)

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(strictness=0.0005), cls(strictness=0.01, mix=0.2))
