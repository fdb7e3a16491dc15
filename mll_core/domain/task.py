"""Tasks, and predictions as metrics and pages read them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Form(StrEnum):
    """What an answer looks like."""

    NUMBER = "number"
    TWO = "one of two"
    """The second of the two is the one that is sought."""
    SEVERAL = "one of several"


class Task(StrEnum):
    """What kind of answer is learned, and whether the rows bring it with them.

    Every task plug-in names the one it gives; the plug-in of the same name is the plain one.
    """

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"
    CLUSTERING = "clustering"
    ANOMALY = "anomaly"

    @property
    def form(self) -> Form:
        """What its answers look like."""
        return _FORMS[self]

    @property
    def classifies(self) -> bool:
        """Whether an answer is a class."""
        return self.form is not Form.NUMBER

    @property
    def answered(self) -> bool:
        """Whether the rows to learn from bring the answer with them."""
        return self in ANSWERED


_FORMS = {
    Task.BINARY: Form.TWO,
    Task.MULTICLASS: Form.SEVERAL,
    Task.REGRESSION: Form.NUMBER,
    Task.CLUSTERING: Form.SEVERAL,
    Task.ANOMALY: Form.TWO,
}
ANSWERED = frozenset({Task.BINARY, Task.MULTICLASS, Task.REGRESSION})
"""Tasks whose rows bring the answer that is learned."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model says of n rows, and what was true.

    Classification: ``truth`` and ``label`` are codes into ``classes``, ``score`` is (n, k)
    probabilities; binary: ``classes[1]`` is the positive class. Regression: ``truth``, ``label``
    and ``score`` are (n,) values in the target's unit. No NaN: a number that is none would be
    ranked and counted as if it were one. Groups: ``label`` is -1 in none, ``truth`` what another
    model says, and ``space`` (n, d) where the rows lie. Raises ValueError.
    """

    truth: Floats | Codes
    score: Floats
    label: Floats | Codes
    classes: tuple[str, ...] = ()
    space: Floats | None = None

    def __post_init__(self) -> None:
        """Refuse what is not a number."""
        if np.isnan(self.truth).any() or np.isnan(self.score).any():
            raise ValueError("a prediction or a true value is not a number.")

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Predictions":
        """The same for some of the rows."""
        space = None if self.space is None else self.space[rows]
        return Predictions(
            self.truth[rows], self.score[rows], self.label[rows], self.classes, space
        )

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.truth)
