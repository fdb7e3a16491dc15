"""Values in parts: bars of equal width, bins of equal size."""

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.task import Codes, Floats


def bars(values: Floats, low: float, high: float, count: int) -> tuple[Floats, Codes]:
    """The edges (count + 1,) of bars of equal width, and the bar each value is in, (n,); -1 beyond
    both ends."""
    edges = np.linspace(low, high if high > low else low + 1, count + 1)
    codes = np.searchsorted(edges, values, side="right") - 1
    codes = np.where(values == edges[-1], count - 1, codes)
    return edges, np.where((codes < 0) | (codes >= count), -1, codes)


def even(values: Floats, count: int) -> list[NDArray[np.int64]]:
    """The places of the values in up to ``count`` bins of as many each; equal ones stay in one."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, count + 1)[1:-1]))
    codes = np.searchsorted(edges, values, side="right")
    return [np.flatnonzero(codes == code) for code in np.unique(codes)]
