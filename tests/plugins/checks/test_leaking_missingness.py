import numpy as np
import pytest
from check_cases import found
from sklearn.metrics import roc_auc_score

from mll_core.domain.finding import Severity
from mll_core.domain.task import Task
from mll_core.plugins.checks.leaking_missingness import LeakingMissingness

RNG = np.random.default_rng(0)
Y = RNG.random(2_000) < 0.25


def reasons(share: float) -> dict[str, list[object]]:
    told = Y & (RNG.random(2_000) < share)
    return {"reason": ["moved" if t else None for t in told], "y": Y.astype(int).tolist()}


def test_a_reason_that_only_leavers_have_is_held_out() -> None:
    (finding,) = found(LeakingMissingness(), reasons(0.95), "y", task=Task.BINARY)
    assert finding.severity is Severity.PROBLEM
    assert finding.fix
    assert finding.fix.safe


def test_the_score_is_the_auc_of_having_a_value() -> None:
    rows = reasons(0.6)
    (finding,) = found(LeakingMissingness(), rows, "y", task=Task.BINARY)
    expected = roc_auc_score(Y, [value is not None for value in rows["reason"]])
    assert finding.numbers["auc"] == pytest.approx(expected)
    assert finding.severity is Severity.CHECK


def test_gaps_that_tell_little_are_silence() -> None:
    gaps = {"x": [None if r < 0.3 else 1 for r in RNG.random(2_000)], "y": Y.astype(int).tolist()}
    assert found(LeakingMissingness(), gaps, "y", task=Task.BINARY) == []


def test_gaps_that_tell_a_number_are_found() -> None:
    value = np.where(Y, 100.0, 1.0) + RNG.normal(size=2_000)
    rows = {"x": [1 if y else None for y in Y], "y": value}
    (finding,) = found(LeakingMissingness(), rows, "y", task=Task.REGRESSION)
    assert finding.numbers["r2"] > 0.9
