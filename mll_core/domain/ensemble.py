"""The contract of an ensemble: several models' answers made one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from mll_core.domain.calibration import SMALLEST
from mll_core.domain.model import Learner
from mll_core.domain.task import Codes, Floats, Task
from mll_core.domain.value import Value


class Mix(Value):
    """How the scores of several models, always in the same order, become one.

    Plain: their weighted sum, plus ``bias``. ``log``: the same of log-probabilities, a ``bias`` per
    class, then normalised.
    """

    weights: tuple[float, ...]
    bias: tuple[float, ...] = ()
    log: bool = False

    def spread(self, draws: Sequence[int]) -> "Mix":
        """The same where the m-th model stands there ``draws[m]`` times, each with its part."""
        parts = zip(self.weights, draws, strict=True)
        weights = tuple(weight / times for weight, times in parts for _ in range(times))
        return self.model_copy(update={"weights": weights})

    def blend(self, scores: Sequence[Floats]) -> Floats:
        """Each (n, k) or (n,); one of the same shape."""
        parts = [np.log(np.maximum(score, SMALLEST)) for score in scores] if self.log else scores
        total = np.zeros_like(scores[0], dtype=np.float64)
        for weight, part in zip(self.weights, parts, strict=True):
            total += weight * part
        if self.bias:
            total += np.array(self.bias) if total.ndim > 1 else self.bias[0]
        if not self.log:
            return total
        grown = np.exp(total - total.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))


class Ensemble(Learner, ABC):
    """Weighs models by what they said of rows they had not learned from."""

    complexity: ClassVar[int] = 6

    @abstractmethod
    def mix(self, scores: Sequence[Floats], truth: Codes | Floats, task: Task) -> Mix:
        """Weights for m models from their held-out scores, (n, k) or (n,) each.

        A weight of 0 leaves a model out.
        """
