"""What a model says of raw rows as one number each, in a unit a person reads."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from mll_core.domain.task import Floats, Form
from mll_core.infra.fitted_model import FittedModel

_SMALLEST = 1e-6


@dataclass(frozen=True, eq=False)
class Readable:
    """The chance of class ``code``, or the value in the target's unit."""

    model: FittedModel
    code: int = 0

    @classmethod
    def of(cls, model: FittedModel, rows: pd.DataFrame) -> Self:
        """Of two classes the positive one; of several the one that ``rows`` get most often."""
        if not model.task.classifies:
            return cls(model)
        if model.task.form is Form.TWO:
            return cls(model, 1)
        return cls(model, int(np.bincount(model.score(rows).argmax(axis=1)).argmax()))

    @property
    def label(self) -> str:
        """What the number is."""
        if not self.model.task.classifies:
            return self.model.target
        return f"chance of {self.model.classes[self.code]!r}"

    def __call__(self, rows: pd.DataFrame) -> Floats:
        """(n,). Raises UnfitRows."""
        score = self.model.score(rows)
        return score[:, self.code] if self.model.task.classifies else score

    def added(self, rows: pd.DataFrame) -> Floats:
        """The same where columns that act alone add up: log-odds of a chance, (n,)."""
        found = self(rows)
        if not self.model.task.classifies:
            return found
        kept = np.clip(found, _SMALLEST, 1 - _SMALLEST)
        return np.asarray(np.log(kept) - np.log1p(-kept))

    @property
    def added_unit(self) -> str:
        """The unit of ``added``."""
        return "log-odds" if self.model.task.classifies else f"unit of {self.model.target}"
