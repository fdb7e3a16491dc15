"""Local outlier factor."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.infra.unanswered_model import OddModel


class LocalOutlierFactor(OddModel):
    """Rows that lie lonelier than their neighbours do stand out.

    Source: Breunig, Kriegel, Ng & Sander (2000), LOF: Identifying Density-Based Local Outliers.
    """

    label: ClassVar[str] = "Local outlier factor"
    complexity: ClassVar[int] = 3
    cost: ClassVar[float] = 1.5
    most: ClassVar[int] = 3_000
    kind: Literal["local_outlier_factor"] = "local_outlier_factor"
    neighbours: int = Field(35, ge=2, le=500, description="How many neighbours are looked at")

    def detector(self, width: int, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.neighbourhood import Loneliness

        return Loneliness(self.neighbours)
