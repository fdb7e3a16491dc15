"""Whether probabilities mean what they say, and the curve that puts them right."""

from collections.abc import Iterator

import numpy as np

from mll_core.domain.calibration import SMALLEST, Calibration, error, log_loss, log_odds
from mll_core.domain.resampled import interval
from mll_core.domain.task import Codes, Floats, Form, Task
from mll_core.domain.training import Calibrated
from mll_core.stages.train.held_out import HeldOut

ENOUGH_POSITIVES = 1_000
"""From so many of each class the curve may have any rising shape."""
FEWEST = 20
"""Fewer of a class say too little of how often a score came true."""


def calibrate(held: HeldOut, task: Task, overlap: float) -> tuple[Calibration | None, Calibrated]:
    """The calibration if it helps, and what was measured with and without it.

    It is learned without a fold and judged on that fold by log-loss, for every fold in turn, and
    kept when the mean gain is positive beyond its 95 % interval.
    """
    truth = held.truth.astype(np.int64)
    counts = np.bincount(truth, minlength=held.score.shape[1])
    before = error(truth, held.score)
    if counts.min() < FEWEST:
        said = f"Not put right: a class has only {counts.min()} rows to judge by."
        return None, Calibrated(error=before, reason=said)
    judged = list(_crossed(held, task))
    losses = zip(held.truths, held.scores, judged, strict=True)
    gains = np.array([log_loss(t, raw) - log_loss(t, put) for t, raw, put in losses])
    after = error(truth, np.concatenate(judged))
    low, high = interval(gains, overlap)
    sizes = f"{gains.mean():.4f} in log-loss (95 %: {low:.4f} to {high:.4f}) on held-out rows"
    if low > 0:
        learned = learn(held, task)
        said = f"Put right by {learned.method}: it helps by {sizes}."
        return learned, Calibrated(method=learned.method, error=before, after=after, reason=said)
    said = f"Left as they are: putting them right is not shown to help: the gain is {sizes}."
    return None, Calibrated(error=before, after=after, reason=said)


def learn(held: HeldOut, task: Task) -> Calibration:
    """The curve by all rows of ``held``.

    Two classes: isotonic with 1,000 rows of each, else a sigmoid; more classes: one temperature.
    """
    truth, score = held.truth.astype(np.int64), held.score
    if task.form is Form.SEVERAL:
        return Calibration(method="temperature", slope=_temperature(truth, score))
    if np.bincount(truth, minlength=2).min() >= ENOUGH_POSITIVES:
        return _isotonic(truth, score[:, 1])
    slope, shift = _sigmoid(truth, score[:, 1])
    return Calibration(method="sigmoid", slope=slope, shift=shift)


def _crossed(held: HeldOut, task: Task) -> Iterator[Floats]:
    for fold, score in enumerate(held.scores):
        yield learn(held.without(fold), task).apply(score)


def _sigmoid(truth: Codes, said: Floats) -> tuple[float, float]:
    # Newton's steps on two numbers, with Platt's targets so that no slope runs away.
    x, n = log_odds(said), np.bincount(truth, minlength=2)
    goal = np.where(truth == 1, (n[1] + 1) / (n[1] + 2), 1 / (n[0] + 2))
    at = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(at[0] * x + at[1], -30, 30)))
        slant, weight = p - goal, p * (1 - p) + SMALLEST
        first = np.array([slant @ x, slant.sum()])
        second = np.array([[weight @ (x * x), weight @ x], [weight @ x, weight.sum()]])
        step = np.linalg.solve(second + 1e-9 * np.eye(2), first)
        at = at - step
        if np.abs(step).max() < 1e-10:  # noqa: PLR2004
            break
    return float(at[0]), float(at[1])


def _isotonic(truth: Codes, said: Floats) -> Calibration:
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(out_of_bounds="clip").fit(said, truth)
    level = fitted.predict(said)
    # The middle of each level, so that the line between them rises and no two cases become one.
    levels = np.unique(level)
    middle = np.array([said[level == one].mean() for one in levels])
    return Calibration(
        method="isotonic", says=tuple(map(float, middle)), comes_true=tuple(map(float, levels))
    )


def _temperature(truth: Codes, score: Floats) -> float:
    from scipy.optimize import minimize_scalar

    def loss(log_slope: float) -> float:
        one = Calibration(method="temperature", slope=float(np.exp(log_slope)))
        return log_loss(truth, one.apply(score))

    found = minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded")
    return float(np.exp(found.x))
