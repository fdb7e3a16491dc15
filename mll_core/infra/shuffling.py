"""Permutation importance: how much worse a model gets when a column's values are exchanged.

Source: Breiman (2001), Random Forests; Fisher, Rudin & Dominici (2019), All Models are Wrong, but
Many are Useful.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.task import Predictions

REPEATS = 5
Orders = Sequence[NDArray[np.int64]]


def orders(rows: int, repeats: int, seed: int) -> list[NDArray[np.int64]]:
    """The same exchanges for every column, so that columns are compared fairly."""
    draw = np.random.default_rng(seed)
    return [draw.permutation(rows) for _ in range(repeats)]


def exchanged(
    predict: Callable[[pd.DataFrame], Predictions],
    rows: pd.DataFrame,
    columns: Sequence[str],
    by: Orders,
) -> list[Predictions]:
    """What is said of ``rows`` when the values of ``columns`` come, together, from other rows."""
    copies = []
    for order in by:
        other = rows[list(columns)].iloc[order].set_axis(rows.index)
        copies.append(rows.assign(**{str(name): other[name] for name in columns}))
    said = predict(pd.concat(copies, ignore_index=True))
    n = len(rows)
    parts = [slice(i * n, (i + 1) * n) for i in range(len(by))]
    return [
        Predictions(said.truth[part], said.score[part], said.label[part], said.classes)
        for part in parts
    ]
