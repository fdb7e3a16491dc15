"""The weighted mean of several models."""

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mll_core.domain.calibration import SMALLEST
from mll_core.domain.ensemble import Ensemble, Mix
from mll_core.domain.task import Codes, Floats, Task


class WeightedEnsemble(Ensemble):
    """The mean of models chosen one by one, again and again, each time the one that helps most.

    How often a model was chosen is its weight. Judged by log-loss, for numbers by squared error.
    Source: Caruana et al. (2004), Ensemble Selection from Libraries of Models.
    """

    label: ClassVar[str] = "Weighted ensemble"
    kind: Literal["weighted_ensemble"] = "weighted_ensemble"
    rounds: int = Field(25, ge=1, le=500, description="How often a model is chosen")

    def mix(self, scores: Sequence[Floats], truth: Codes | Floats, task: Task) -> Mix:
        said = np.stack([_told(score, truth, task) for score in scores])
        counts, total = np.zeros(len(scores), np.int64), np.zeros(len(truth))
        best = (np.inf, counts)
        for number in range(1, self.rounds + 1):
            losses = [_loss((total + one) / number, truth, task) for one in said]
            chosen = int(np.argmin(losses))
            total, counts = total + said[chosen], counts.copy()
            counts[chosen] += 1
            if losses[chosen] < best[0]:
                best = (losses[chosen], counts)
        weights = best[1] / best[1].sum()
        return Mix(weights=tuple(map(float, weights)))


def _told(score: Floats, truth: Codes | Floats, task: Task) -> Floats:
    # Of a class only the probability of the true one matters to log-loss.
    if not task.classifies:
        return score
    return np.asarray(score[np.arange(len(score)), truth.astype(np.int64)])


def _loss(said: Floats, truth: Codes | Floats, task: Task) -> float:
    if task.classifies:
        return float(-np.log(np.maximum(said, SMALLEST)).mean())
    return float(((said - truth) ** 2).mean())
