"""Tasks, and predictions as metrics and pages read them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Task(StrEnum):
    """What is predicted."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def classifies(self) -> bool:
        """Whether a class is predicted."""
        return self is not Task.REGRESSION


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model says of n rows, and what was true.

    Classification: ``truth`` and ``label`` are codes into ``classes``, ``score`` is (n, k)
    probabilities; binary: ``classes[1]`` is the positive class. Regression: ``truth``, ``label``
    and ``score`` are (n,) values in the target's unit. No NaN: a number that is none would be
    ranked and counted as if it were one. Raises ValueError.
    """

    truth: Floats | Codes
    score: Floats
    label: Floats | Codes
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not a number."""
        if np.isnan(self.truth).any() or np.isnan(self.score).any():
            raise ValueError("a prediction or a true value is not a number.")

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Predictions":
        """The same for some of the rows."""
        return Predictions(self.truth[rows], self.score[rows], self.label[rows], self.classes)

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.truth)
