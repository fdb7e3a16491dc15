"""Gamma deviance."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric, above_nothing, ratio
from mll_core.domain.task import Floats, Predictions, Task


class GammaDeviance(MeanMetric):
    """Mean of 2 (ln(p / y) + y / p - 1) for a truth y and a prediction p, both above 0.

    A prediction below a thousandth of the truth counts as that thousandth; NaN where a truth is
    no positive amount. Source: Nelder & Wedderburn (1972), Generalized Linear Models.
    """

    label: ClassVar[str] = "Gamma deviance"
    kind: Literal["gamma_deviance"] = "gamma_deviance"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    needs: ClassVar[str] = "brief.task: skewed"
    asked_by: ClassVar[str] = "skewed"
    meaning: ClassVar[str] = (
        "How far predicted amounts are off in percent; a small and a large amount weigh the same."
    )

    def parts(self, predictions: Predictions) -> Floats:
        truth, said = predictions.truth, above_nothing(predictions)
        told = ratio(np.where(truth <= 0, np.nan, truth), said)
        return np.asarray(2 * (told - 1 - np.log(told)))[:, None]
