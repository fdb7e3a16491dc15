"""Several fitted estimators that answer as one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from mll_core.domain.ensemble import Mix
from mll_core.domain.task import Codes, Floats, Task
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import scores_of


class Blend(BaseEstimator):  # type: ignore[misc]
    """``members`` on the same matrix, mixed; holds plain data beside them, so that it is stored."""

    def __init__(self, members: Sequence[Any], mix: dict[str, Any], task: str, k: int) -> None:
        self.members = members
        self.mix = mix
        self.task = task
        self.k = k

    def predict_proba(self, matrix: Matrix) -> Floats:
        """Probabilities of all classes, (n, k)."""
        return self._blended(matrix)

    def predict(self, matrix: Matrix) -> Codes | Floats:
        """Values, or codes of classes: (n,)."""
        score = self._blended(matrix)
        return np.asarray(score.argmax(axis=1)) if score.ndim > 1 else score

    def _blended(self, matrix: Matrix) -> Floats:
        task = Task(self.task)
        said = [scores_of(member, matrix, task, self.k) for member in self.members]
        return Mix.model_validate(self.mix).blend(said)
