"""On what scale a number is learned: as it is, its square root, or its logarithm."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from mll_core.domain.task import Codes, Floats, Task

Scale = Literal["plain", "root", "log"]
SKEWED = 1.0
SCALES: Mapping[Scale, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "root": (np.sqrt, np.square),
    "log": (np.log1p, np.expm1),
}
"""There and back; ``plain`` needs neither."""
TOLD: Mapping[Scale, str] = {
    "plain": "target as it is",
    "root": "root of the target",
    "log": "log of the target",
}


def log_helps(truth: Codes | Floats, task: Task) -> bool:
    """Whether a positive, skewed number is better learned on a log scale, judged by its skew."""
    from scipy.stats import skew

    if task.classifies or truth.min() < 0:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a constant has no skew
        plain, logged = float(skew(truth)), float(skew(np.log1p(truth)))
    return plain > SKEWED and abs(logged) < abs(plain)


def others(*, directed: bool) -> tuple[Scale, ...]:
    """Scales to try where a logarithm seems to suit.

    ``directed``: an answer may only rise or fall along a column. A square would turn a root below
    zero around.
    """
    return ("plain",) if directed else ("plain", "root")


def on_scale(estimator: Any, scale: Scale) -> Any:
    """An unfitted regressor that learns on ``scale`` and answers as the target is."""
    if scale not in SCALES:
        return estimator
    from sklearn.compose import TransformedTargetRegressor

    there, back = SCALES[scale]
    return TransformedTargetRegressor(estimator, func=there, inverse_func=back, check_inverse=False)
