"""Probabilities put right: a curve from what a model says to how often it came true."""

from typing import Literal

import numpy as np

from mll_core.domain.task import Codes, Floats
from mll_core.domain.value import Value

SMALLEST = 1e-12
BINS = 10
FARTHEST = 700.0
"""Log-odds beyond this are no other probability."""


class Calibration(Value):
    """What is done to each row's probabilities; it never changes which of two cases is likelier.

    ``sigmoid``: the log-odds times ``slope`` plus ``shift`` (two classes). ``isotonic``: the line
    through ``says`` and ``comes_true``, both ascending (two classes). ``temperature``: all
    log-probabilities times ``slope``, then normalised (more classes). Sources: Platt (1999);
    Zadrozny & Elkan (2002); Guo et al. (2017), On Calibration of Modern Neural Networks.
    """

    method: Literal["sigmoid", "isotonic", "temperature"]
    slope: float = 1.0
    shift: float = 0.0
    says: tuple[float, ...] = ()
    comes_true: tuple[float, ...] = ()

    def apply(self, score: Floats) -> Floats:
        """(n, k) probabilities to (n, k) probabilities."""
        if self.method == "temperature":
            powers = self.slope * np.log(np.maximum(score, SMALLEST))
            grown = np.exp(powers - powers.max(axis=1, keepdims=True))
            return np.asarray(grown / grown.sum(axis=1, keepdims=True))
        said = score[:, 1]
        if self.method == "isotonic":
            positive = np.interp(said, self.says, self.comes_true)
        else:
            odds = np.clip(self.slope * log_odds(said) + self.shift, -FARTHEST, FARTHEST)
            positive = 1 / (1 + np.exp(-odds))
        return np.column_stack([1 - positive, positive])


def log_odds(probability: Floats) -> Floats:
    """The log-odds, finite also for 0 and 1."""
    inside = np.clip(probability, SMALLEST, 1 - SMALLEST)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def error(truth: Codes, score: Floats) -> float:
    """The expected calibration error: how far what is said of the predicted class (two classes:
    the positive one) is from how often it is true, over ten parts of equally many rows.

    Source: Naeini, Cooper & Hauskrecht (2015), Obtaining Well Calibrated Probabilities.
    """
    if score.shape[1] == 2:  # noqa: PLR2004
        said, hit = score[:, 1], truth == 1
    else:
        said, hit = score.max(axis=1), score.argmax(axis=1) == truth
    order = np.argsort(said, kind="stable")
    parts = [at for at in np.array_split(order, BINS) if len(at)]
    gaps = [len(at) * abs(float(said[at].mean() - hit[at].mean())) for at in parts]
    return sum(gaps) / len(said)


def log_loss(truth: Codes | Floats, score: Floats) -> float:
    """The mean of -log of what was said of the class that came true."""
    told = score[np.arange(len(score)), truth.astype(np.int64)]
    return float(-np.log(np.clip(told, SMALLEST, 1)).mean())
