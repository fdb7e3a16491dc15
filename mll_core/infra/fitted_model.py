"""A fitted model: raw records in, scores and decisions out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.calibration import Calibration
from mll_core.domain.conformal import Reach
from mll_core.domain.task import Codes, Floats, Form, Predictions, Task
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.target_values import Classes, numbers

EVEN = 0.5


@dataclass(frozen=True, eq=False)
class FittedModel:
    """The recipe, the encoder and the estimator, as learned on the same rows.

    ``classes`` are names, ``class_values`` the target's own values in the same order, binary: the
    positive class last. ``threshold`` is the score from which the positive class is decided, after
    ``calibration``. ``reach`` says how far an answer may be off.
    """

    transformer: RecipeTransformer
    encoder: FeatureEncoder
    estimator: Any
    task: Task
    target: str
    classes: tuple[str, ...] = ()
    class_values: tuple[Any, ...] = ()
    positive: str | None = None
    threshold: float | None = None
    calibration: Calibration | None = None
    reach: Reach | None = None
    excluded: frozenset[str] = frozenset()

    def matrix(self, frame: pd.DataFrame) -> Matrix:
        """Raw records as the estimator sees them, (n, p). Raises UnfitRows."""
        return self.encoder.transform(self.transformer.transform(frame))

    def score(self, frame: pd.DataFrame) -> Floats:
        """Probabilities (n, k) of raw records, or values (n,) in the target's unit."""
        return self.score_matrix(self.matrix(frame), self.estimator)

    def score_matrix(self, matrix: Matrix, estimator: Any) -> Floats:
        """The same from the matrix, by an ``estimator`` that answers as this model's own."""
        score = scores_of(estimator, matrix, self.task, len(self.classes))
        return score if self.calibration is None else self.calibration.apply(score)

    def decide(self, score: Floats) -> Codes | Floats:
        """The class code of each score by the threshold, or the value itself: (n,)."""
        return labels_of(score, self.task, self.threshold)

    def predictions(self, frame: pd.DataFrame) -> Predictions:
        """Scores beside the truth, for raw records that hold the target.

        Rows whose target is missing, or a class that was never learned, are left out.
        """
        target = frame[self.target]
        if self.task.classifies:
            truth: Codes | Floats = Classes(self.classes, self.class_values).codes(target)
            known = truth >= 0
        else:
            truth = numbers(target)
            known = ~np.isnan(truth)
        score = self.score(frame[known])
        return Predictions(truth[known], score, self.decide(score), self.classes)

    @property
    def inputs(self) -> Mapping[str, str]:
        """The raw columns a record must have: number, boolean, text or time."""
        return dict(self.transformer.kinds_)


def scores_of(estimator: Any, matrix: Matrix, task: Task, k: int) -> Floats:
    """What ``estimator`` says of a matrix: (n, k) probabilities, or (n,) values. No NaN.

    A class that the estimator never met has probability 0; a value beyond float64 is cut.
    """
    if not len(matrix):
        return np.empty((0, k) if task.classifies else 0)
    if not task.classifies:
        with np.errstate(over="ignore"):
            values = np.asarray(estimator.predict(matrix), np.float64).reshape(-1)
        return np.nan_to_num(values)
    given = np.asarray(estimator.predict_proba(matrix), np.float64)
    if given.shape[1] == k:
        return given
    score = np.zeros((len(matrix), k))
    score[:, np.asarray(estimator.classes_, np.int64)] = given
    return score


def labels_of(score: Floats, task: Task, threshold: float | None) -> Codes | Floats:
    """The class code of each score, binary by the threshold (none: 0.5), or the value: (n,)."""
    if not task.classifies:
        return score
    if task.form is Form.TWO:
        return (score[:, 1] >= (EVEN if threshold is None else threshold)).astype(np.int64)
    return np.asarray(score.argmax(axis=1), np.int64)
