"""Isolation forest."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.infra.unanswered_model import OddModel


class IsolationForest(OddModel):
    """Rows that few random cuts set apart from all others stand out.

    Source: Liu, Ting & Zhou (2008), Isolation Forest.
    """

    label: ClassVar[str] = "Isolation forest"
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 1.0
    kind: Literal["isolation_forest"] = "isolation_forest"
    trees: int = Field(100, ge=10, le=1000, description="How many trees cut the rows")
    rows: int = Field(256, ge=16, le=10_000, description="Rows each tree looks at")

    def detector(self, width: int, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.oddness import FewCuts

        return FewCuts(self.trees, self.rows, seed)
