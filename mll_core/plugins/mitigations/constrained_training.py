"""Learning under a constraint: the rate of each group must be alike."""

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from mll_core.domain.group_cuts import Hits
from mll_core.domain.mitigation import Groups, Mitigation
from mll_core.domain.task import Floats

_CHATTER = ("Setting a value on a Series via .at", "Setting an item of incompatible dtype")
"""What fairlearn's use of pandas is warned of."""


class ConstrainedTraining(Mitigation):
    """Learns again and again, with more weight where a group's rate is off, and mixes the models.

    Source: Agarwal, Beygelzimer, Dudik, Langford & Wallach (2018), A Reductions Approach to Fair
    Classification; fairlearn's exponentiated gradient, whose draw between models is its mean here.
    """

    label: ClassVar[str] = "Learn under a constraint"
    cost: ClassVar[int] = 30
    kind: Literal["constrained_training"] = "constrained_training"
    goal: Literal["demographic_parity", "equal_opportunity"] = Field(
        "demographic_parity", description="Which rate is held alike in each group"
    )
    allowed: float = Field(
        0.02, ge=0.001, le=0.5, description="How far a group's rate may be from that of all"
    )
    rounds: int = Field(15, ge=2, le=100, description="How often it learns, at the most")

    def fit(self, estimator: Any, matrix: Any, hit: Hits, group: Groups) -> Any:
        """The mix, with ``predict_proba``."""
        from fairlearn.reductions import (
            DemographicParity,
            ExponentiatedGradient,
            TruePositiveRateParity,
        )

        parity = DemographicParity if self.goal == "demographic_parity" else TruePositiveRateParity
        search = ExponentiatedGradient(
            estimator, constraints=parity(), eps=self.allowed, max_iter=self.rounds
        )
        with warnings.catch_warnings():
            for said in _CHATTER:
                warnings.filterwarnings("ignore", message=said)
            search.fit(matrix, hit.astype(np.int64), sensitive_features=group)
        return Mix(tuple(search.predictors_), np.asarray(search.weights_, np.float64))


@dataclass(frozen=True, eq=False)
class Mix:
    """Models that count by ``weights``, which sum to 1."""

    models: tuple[Any, ...]
    weights: Floats

    def predict_proba(self, matrix: Any) -> Floats:
        """(n, 2) the mean of what the models say."""
        pairs = zip(self.models, self.weights, strict=True)
        parts = [weight * model.predict_proba(matrix) for model, weight in pairs if weight > 0]
        return np.asarray(sum(parts))
