"""Another answer than the present one, as a margin that a search can follow."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mll_core.domain.errors import InvalidParameter, nearest
from mll_core.domain.task import Floats, Form
from mll_core.infra.fitted_model import FittedModel

_JUST = 1e-9


@dataclass(frozen=True, eq=False)
class Goal:
    """Another answer: a class, or a number that is reached from below or above."""

    model: FittedModel
    code: int
    bound: float
    turn: float

    @classmethod
    def of(cls, model: FittedModel, row: pd.DataFrame, wanted: str | float | None) -> "Goal":
        """``wanted``; of two classes, when nothing is said, the other. Raises InvalidParameter."""
        score = model.score(row)
        if not model.task.classifies:
            try:
                bound = float(wanted)  # type: ignore[arg-type]
            except (TypeError, ValueError):
                hint = f"Such as {float(score[0]) * 1.1:.3g}."
                raise InvalidParameter("Say which number is wanted.", hint=hint) from None
            return cls(model, 0, bound, 1.0 if bound >= score[0] else -1.0)
        now = int(model.decide(score)[0])
        others = [name for code, name in enumerate(model.classes) if code != now]
        if wanted is None and len(others) == 1:
            wanted = others[0]
        if wanted not in others:
            what = f"{wanted!r} is no other answer than the present one."
            raise InvalidParameter(what, hint=nearest(str(wanted), others))
        return cls(model, model.classes.index(str(wanted)), math.nan, 1.0)

    def margin(self, rows: pd.DataFrame) -> Floats:
        """From 0 on the goal is met: (n,)."""
        score = self.model.score(rows)
        if not self.model.task.classifies:
            return np.asarray(self.turn * (score - self.bound))
        if self.model.task.form is Form.TWO:
            at = 0.5 if self.model.threshold is None else self.model.threshold
            over = score[:, 1] - at
            return np.asarray(over if self.code == 1 else -over - _JUST)
        others = np.delete(score, self.code, axis=1).max(axis=1)
        return np.asarray(score[:, self.code] - others - _JUST)

    @property
    def words(self) -> str:
        """What would be."""
        if self.model.task.classifies:
            return f"the answer would be {self.model.classes[self.code]!r}"
        side = "at least" if self.turn > 0 else "at most"
        return f"the answer would be {side} {self.bound:.6g}"
