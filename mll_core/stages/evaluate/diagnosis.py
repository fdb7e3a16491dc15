"""The worst errors of the candidate, and what it is worth."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.surprise import surprise
from mll_core.domain.training import Interval
from mll_core.stages.evaluate.exam import Exam

MOST_ERRORS = 20


def worst(exam: Exam) -> tuple[dict[str, Any], ...]:
    """The test rows whose truth surprises the model most, without keys and personal values."""
    cases = exam.candidate
    error = surprise(cases)
    order = np.argsort(-error, kind="stable")[:MOST_ERRORS]
    data = exam.order.document.data
    gone = [*data.personal, *data.keys]
    rows = exam.rows.take(order).drop(columns=gone, errors="ignore")
    return tuple(
        {
            "record": record(rows.iloc[at]),
            "truth": named(exam, cases.truth[row]),
            "prediction": named(exam, cases.label[row]),
            "error": float(error[row]),
        }
        for at, row in enumerate(order)
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
