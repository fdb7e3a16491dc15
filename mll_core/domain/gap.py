"""How far a model falls from the rows it learned from to rows it never saw, in words."""

import math

from mll_core.domain.finding import Finding, Severity
from mll_core.domain.metric import Metric
from mll_core.domain.significance import apart
from mll_core.domain.training import Interval, Training

SMALL_GAP, LARGE_GAP = 0.1, 0.5
LEVEL = 0.01
"""About where two 95 % intervals no longer touch."""


def verdict(training: Training, metric: Metric, test: Interval) -> Finding:
    """Learned rows against held-out rows against test rows, in words, with the numbers."""
    winner = training.winner
    train, validation = winner.train_score, winner.score
    sign = 1.0 if metric.greater_is_better else -1.0
    gap = sign * (train - validation.value)
    fall = sign * (validation.value - test.value)
    base = training.best_baseline
    gain = sign * (validation.value - base.score.value) if base else math.nan
    share = gap / gain if gain > 0 else math.nan
    chance = apart(validation, test)
    fell = fall > 0 and chance < LEVEL
    said = _said(training, metric, test)
    tested = "" if math.isnan(chance) else f" (z-test of held out against test: p = {chance:.2g})"
    if fell:
        severity, told = Severity.CHECK, f"the test is worse than chance explains{tested}"
    elif gap <= 0 or (not math.isnan(share) and share < SMALL_GAP):
        severity, told = Severity.OK, f"it hardly learned by heart{tested}"
    elif math.isnan(share) or share > LARGE_GAP:
        severity, told = (
            Severity.CHECK,
            f"it learned much by heart, so expect the last number, not the first{tested}",
        )
    else:
        severity = Severity.OK
        told = f"it learned some by heart, which is usual and costs little{tested}"
    numbers = {
        "train": train,
        "validation": validation.value,
        "test": test.value,
        "gap": gap,
        "gap_share_of_gain": share,
        "p": chance,
    }
    return Finding(code="overfit", severity=severity, sentence=f"{said}: {told}.", numbers=numbers)


def _said(training: Training, metric: Metric, test: Interval) -> str:
    winner = training.winner
    folds = len(winner.folds)
    mean = f" (means over {folds} folds, as on the leaderboard)" if folds > 1 else ""
    return (
        f"{metric.label} is {metric.show(winner.train_score)} on the rows it learned from and "
        f"{metric.show(winner.score.value)} on held-out rows{mean}, and "
        f"{metric.show(test.value)} on the test rows"
    )
