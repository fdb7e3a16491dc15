"""What is odd about the candidate: overfitting, its worst errors, what it is worth."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.finding import Finding, Severity
from mll_core.domain.significance import apart
from mll_core.domain.training import Interval
from mll_core.stages.evaluate.exam import Exam

MOST_ERRORS = 20
SMALL_GAP, LARGE_GAP = 0.1, 0.5
LEVEL = 0.01
"""About where two 95 % intervals no longer touch."""


def overfit(exam: Exam, test: Interval) -> Finding:
    """Learned rows against held-out rows against test rows, in words, with the numbers."""
    winner, metric = exam.order.training.winner, exam.metric
    train, validation = winner.train_score, winner.score
    sign = 1.0 if metric.greater_is_better else -1.0
    gap = sign * (train - validation.value)
    fall = sign * (validation.value - test.value)
    base = exam.order.training.best_baseline
    gain = sign * (validation.value - base.score.value) if base else math.nan
    share = gap / gain if gain > 0 else math.nan
    chance = apart(validation, test)
    fell = fall > 0 and chance < LEVEL
    said = _said(exam, test)
    tested = "" if math.isnan(chance) else f" (z-test of held out against test: p = {chance:.2g})"
    if fell:
        severity, verdict = Severity.CHECK, f"the test is worse than chance explains{tested}"
    elif gap <= 0 or (not math.isnan(share) and share < SMALL_GAP):
        severity, verdict = Severity.OK, f"it hardly learned by heart{tested}"
    elif math.isnan(share) or share > LARGE_GAP:
        severity, verdict = (
            Severity.CHECK,
            f"it learned much by heart, so expect the last number, not the first{tested}",
        )
    else:
        severity = Severity.OK
        verdict = f"it learned some by heart, which is usual and costs little{tested}"
    numbers = {
        "train": train,
        "validation": validation.value,
        "test": test.value,
        "gap": gap,
        "gap_share_of_gain": share,
        "p": chance,
    }
    return Finding(
        code="overfit", severity=severity, sentence=f"{said}: {verdict}.", numbers=numbers
    )


def _said(exam: Exam, test: Interval) -> str:
    winner, metric = exam.order.training.winner, exam.metric
    folds = len(winner.folds)
    mean = f" (means over {folds} folds, as on the leaderboard)" if folds > 1 else ""
    return (
        f"{metric.label} is {metric.show(winner.train_score)} on the rows it learned from and "
        f"{metric.show(winner.score.value)} on held-out rows{mean}, and "
        f"{metric.show(test.value)} on the test rows"
    )


def worst(exam: Exam) -> tuple[dict[str, Any], ...]:
    """The test rows whose truth surprises the model most, worst first."""
    cases = exam.candidate
    if not exam.task.classifies:
        error = np.abs(cases.score - cases.truth)
    else:
        error = 1 - cases.score[np.arange(cases.n), cases.truth.astype(np.int64)]
        error = np.where(cases.truth == cases.label, 0.0, error)
    order = np.argsort(-error, kind="stable")[:MOST_ERRORS]
    return tuple(
        {
            "record": record(exam.rows.iloc[row]),
            "truth": named(exam, cases.truth[row]),
            "prediction": named(exam, cases.label[row]),
            "error": float(error[row]),
        }
        for row in order
        if error[row] > 0
    )


def named(exam: Exam, value: Any) -> Any:
    """A class by its name, a number as it is."""
    return exam.candidate.classes[int(value)] if exam.task.classifies else float(value)


def record(row: "pd.Series[Any]") -> dict[str, Any]:
    """A raw record as plain JSON data; a missing value is None."""
    return {str(name): plain(value) for name, value in row.items()}


def plain(value: Any) -> Any:
    """A cell as plain JSON data; missing, infinite and not-a-number as None."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def money(exam: Exam, test: Mapping[str, Interval]) -> Interval | None:
    """What a test row is worth, or costs, when the brief states values; else None."""
    kind = "expected_value" if exam.task.classifies else "expected_cost"
    return test.get(kind)
