"""Matthews correlation."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.metric import CountMetric, ratio
from mll_core.domain.task import Floats, Task


class Matthews(CountMetric):
    """Correlation of truth and label, computed from all cells of the confusion matrix.

    0 when one label is given to all rows, NaN when one class is true of all rows.
    Source: Gorodkin (2004), Comparing two K-category assignments by a K-category correlation
    coefficient.
    """

    label: ClassVar[str] = "Matthews correlation"
    kind: Literal["matthews"] = "matthews"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    lowest: ClassVar[float | None] = -1.0
    meaning: ClassVar[str] = (
        "How far calls and truth go together, from -1 to 1; 0 is no better than guessing."
    )

    def of_counts(self, counts: Floats) -> Floats:
        n = counts.sum(axis=(-2, -1))
        true, called = counts.sum(axis=-1), counts.sum(axis=-2)
        right = np.trace(counts, axis1=-2, axis2=-1)
        spread_true = n**2 - (true**2).sum(axis=-1)
        spread_called = n**2 - (called**2).sum(axis=-1)
        together = right * n - (true * called).sum(axis=-1)
        value = ratio(together, np.sqrt(spread_true * spread_called))
        value = np.where((spread_called == 0) & (n > 0), 0.0, value)
        return np.where(spread_true == 0, np.nan, value)
