"""Poisson deviance."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import MeanMetric, above_nothing, ratio
from mll_core.domain.task import Floats, Predictions, Task


class PoissonDeviance(MeanMetric):
    """Mean of 2 (y ln(y / p) - y + p) for a truth y and a prediction p; y ln y is 0 at 0.

    A prediction below a thousandth of the truth counts as that thousandth; NaN where a truth is
    no count. Source: Nelder & Wedderburn (1972), Generalized Linear Models.
    """

    label: ClassVar[str] = "Poisson deviance"
    kind: Literal["poisson_deviance"] = "poisson_deviance"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    needs: ClassVar[str] = "brief.task: count"
    asked_by: ClassVar[str] = "count"
    meaning: ClassVar[str] = (
        "How far predicted counts are off; the same miss weighs less where many are expected."
    )

    def parts(self, predictions: Predictions) -> Floats:
        truth, said = predictions.truth, above_nothing(predictions)
        told = np.where(truth > 0, ratio(truth, said), 1)
        missed = truth * np.log(told) - truth + said
        return np.where(truth < 0, np.nan, 2 * missed)[:, None]
