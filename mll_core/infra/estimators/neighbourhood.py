"""Loneliness: how sparse a place is beside those of its neighbours."""

from typing import Self

from sklearn.base import BaseEstimator
from sklearn.neighbors import LocalOutlierFactor

from mll_core.domain.task import Floats


class Loneliness(BaseEstimator):  # type: ignore[misc]
    """Local outlier factor with as many neighbours as there are rows for."""

    def __init__(self, neighbours: int = 35) -> None:
        self.neighbours = neighbours

    def fit(self, places: Floats, target: object = None) -> Self:
        """Remember (n, d)."""
        import warnings

        few = max(1, min(self.neighbours, len(places) - 1))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # equal rows: they are not lonely
            self.factor_ = LocalOutlierFactor(n_neighbors=few, algorithm="brute", novelty=True).fit(
                places
            )
        return self

    def score_samples(self, places: Floats) -> Floats:
        """How usual rows are, the higher the more: (n,)."""
        found: Floats = self.factor_.score_samples(places)
        return found
