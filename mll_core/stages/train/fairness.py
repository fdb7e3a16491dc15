"""How differently a model treats the groups of the protected columns, on held-out rows."""

import numpy as np
import pandas as pd
import pyarrow as pa

from mll_core.domain.task import Codes, Floats, Form, Task

ENOUGH = 50
"""Rows a group must have to be compared."""


def gap(
    protected: pa.Table, truth: Codes | Floats, label: Codes | Floats, task: Task
) -> float | None:
    """The largest difference between two groups of a column, over the columns of ``protected``.

    Two classes: in the share decided positive (demographic parity difference). Numbers: in the mean
    of prediction minus truth. Missing is a group. None when no column has two groups of 50 rows,
    and for more classes.
    """
    if task.form is Form.SEVERAL:
        return None
    value = label - truth if not task.classifies else (label == 1).astype(np.float64)
    found = []
    for column in protected.itercolumns():
        codes, _ = pd.factorize(column.to_pandas(), use_na_sentinel=False)
        counts = np.bincount(codes)
        means = np.bincount(codes, weights=value) / np.maximum(counts, 1)
        known = means[counts >= ENOUGH]
        if len(known) > 1:
            found.append(float(known.max() - known.min()))
    return max(found, default=None)
