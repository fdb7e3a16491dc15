"""Elliptic envelope."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.infra.unanswered_model import OddModel


class EllipticEnvelope(OddModel):
    """Rows far from the middle, measured by how columns usually vary together, stand out.

    Source: Rousseeuw & Van Driessen (1999), A Fast Algorithm for the Minimum Covariance Determinant
    Estimator.
    """

    label: ClassVar[str] = "Elliptic envelope"
    complexity: ClassVar[int] = 1
    cost: ClassVar[float] = 1.2
    most: ClassVar[int] = 10_000
    kind: Literal["elliptic_envelope"] = "elliptic_envelope"
    kept: float = Field(0.75, ge=0.5, le=1, description="Share of rows taken to be usual")
    directions: int = Field(15, ge=1, le=50, description="Directions that are told apart")

    def detector(self, width: int, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.oddness import RobustEllipse

        return RobustEllipse(self.directions, self.kept, seed)
