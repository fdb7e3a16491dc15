"""Gaussian mixture."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.model import Feature
from mll_core.domain.task import Task
from mll_core.infra.unanswered_model import GroupModel


class GaussianMixture(GroupModel):
    """Bell-shaped groups that may be long, of different size, and may overlap.

    Its shares are probabilities. Source: Dempster, Laird & Rubin (1977), Maximum Likelihood from
    Incomplete Data via the EM Algorithm.
    """

    label: ClassVar[str] = "Gaussian mixture"
    complexity: ClassVar[int] = 3
    cost: ClassVar[float] = 1.0
    kind: Literal["gaussian_mixture"] = "gaussian_mixture"
    groups: int = Field(4, ge=2, le=50, description="How many groups")
    shape: Literal["along columns", "any"] = Field(
        "along columns", description="Whether groups may be long in any direction"
    )
    smooth: float = Field(0.01, ge=1e-6, le=1, description="The least width of a group, squared")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import mixture

        from mll_core.infra.estimators.grouping import Mixture

        found = mixture.GaussianMixture(
            n_components=self.groups,
            covariance_type="diag" if self.shape == "along columns" else "full",
            reg_covar=self.smooth,
            max_iter=200,
            n_init=3,
            random_state=seed,
        )
        return Mixture(self.space(features), found, self.most, seed)
