"""One-class SVM."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.infra.unanswered_model import OddModel


class OneClassSVM(OddModel):
    """Rows outside a smooth border around nearly all others stand out.

    Source: Schoelkopf et al. (2001), Estimating the Support of a High-Dimensional Distribution.
    """

    label: ClassVar[str] = "One-class SVM"
    complexity: ClassVar[int] = 4
    cost: ClassVar[float] = 2.0
    most: ClassVar[int] = 2_000
    kind: Literal["one_class_svm"] = "one_class_svm"
    outside: float = Field(0.05, ge=0.001, le=0.5, description="Share of rows left outside")
    bend: float = Field(1.0, ge=0.01, le=100, description="How closely the border follows the rows")

    def detector(self, width: int, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.oddness import SmoothBorder

        return SmoothBorder(self.outside, self.bend / max(1, width))
