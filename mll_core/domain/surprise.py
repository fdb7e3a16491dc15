"""How far each answer is from what was true."""

import numpy as np

from mll_core.domain.task import Floats, Predictions


def surprise(cases: Predictions) -> Floats:
    """Numbers: how far off, in the target's unit. Classes: 1 minus the probability of what was
    true, and 0 where the answer was right; (n,)."""
    if not cases.classes:
        return np.asarray(np.abs(cases.score - cases.truth), np.float64)
    error = 1 - cases.score[np.arange(cases.n), cases.truth.astype(np.int64)]
    return np.where(cases.truth == cases.label, 0.0, error)
