import math
from dataclasses import replace

import numpy as np
import pytest
from evaluate_cases import order, with_brief

from mll_core.domain.document import Capacity, Criterion
from mll_core.domain.errors import InvalidParameter, UnknownColumn
from mll_core.domain.report import DEFAULT_CRITERION, Gate
from mll_core.domain.task import Predictions, Task
from mll_core.domain.training import Interval
from mll_core.stages.evaluate.exam import Exam, sit
from mll_core.stages.evaluate.gate import judge
from mll_core.stages.evaluate.gate import result as judged

BETTER = Interval(value=0.1, low=0.05, high=0.15, n=500)


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    return sit(order(tmp_path_factory.mktemp("gate"), Task.BINARY))


def gate(exam: Exam, *criteria: Criterion, difference: Interval = BETTER) -> Gate:
    return judge(replace(exam, order=with_brief(exam.order, criteria=criteria)), difference)


@pytest.mark.parametrize(
    ("bound", "verdict", "met"),
    [
        (0.5, "met", True),
        (0.74, "not sure", True),
        (0.76, "not sure", False),
        (0.95, "not met", False),
    ],
)
def test_a_criterion_is_judged_by_value_and_interval(
    exam: Exam, bound: float, verdict: str, met: bool
) -> None:
    found = gate(exam, Criterion(metric="roc_auc", at_least=bound))
    (result,) = found.criteria
    assert (result.verdict, result.met) == (verdict, met)
    assert found.passed == met
    assert result.low < result.value < result.high


def test_at_most_is_judged_the_other_way_round(exam: Exam) -> None:
    assert gate(exam, Criterion(metric="brier", at_most=0.9)).criteria[0].verdict == "met"
    assert gate(exam, Criterion(metric="brier", at_most=0.01)).criteria[0].verdict == "not met"


def test_all_criteria_must_be_met(exam: Exam) -> None:
    easy, hard = (Criterion(metric="roc_auc", at_least=bound) for bound in (0.5, 0.99))
    assert gate(exam, easy, easy).passed
    assert not gate(exam, easy, hard).passed


def test_validation_rows_are_the_held_out_ones(exam: Exam) -> None:
    (result,) = gate(exam, Criterion(metric="roc_auc", at_least=0.5, on="validation")).criteria
    assert exam.held_out is not None
    assert result.value == exam.metrics["roc_auc"].score(exam.held_out)
    without = replace(exam, held_out=None)
    (unknown,) = gate(without, Criterion(metric="roc_auc", at_least=0.5, on="validation")).criteria
    assert (unknown.verdict, unknown.met) == ("not sure", False)


@pytest.mark.parametrize("on", ["test", "validation"])
def test_a_group_criterion_is_judged_in_each_group(exam: Exam, on: str) -> None:
    found = gate(exam, Criterion(metric="accuracy", at_least=0.5, on=on, group="city"))
    assert [result.group for result in found.criteria] == ["Oslo", "Bergen", "Vik"]
    cases, _ = exam.on(on)
    assert cases is not None
    vik = exam.column("city", on).to_numpy() == "Vik"
    assert found.criteria[2].value == pytest.approx((cases.truth == cases.label)[vik].mean())


def test_a_value_that_is_undefined_is_not_met_and_not_sure(exam: Exam) -> None:
    cases = exam.candidate
    silent = Predictions(cases.truth, cases.score, np.zeros_like(cases.label), cases.classes)
    found = gate(replace(exam, candidate=silent), Criterion(metric="precision", at_least=0.1))
    assert (found.criteria[0].verdict, found.criteria[0].met) == ("not sure", False)
    assert math.isnan(found.criteria[0].value)


def test_a_few_rows_that_are_all_alike_leave_it_open() -> None:
    asked = Criterion(metric="balanced_accuracy", at_least=0.8)
    few = Interval(value=1.0, low=1.0, high=1.0, n=3)
    many = few.model_copy(update={"n": 300})
    assert (judged(asked, few).verdict, judged(asked, few).n) == ("not sure", 3)
    assert judged(asked, many).verdict == "met"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.01, 0.2, "met"), (-0.05, 0.2, "not sure"), (-0.3, -0.1, "not met"), (0.0, 0.0, "not met")],
)
def test_without_criteria_it_must_beat_the_baseline_beyond_doubt(
    exam: Exam, low: float, high: float, verdict: str
) -> None:
    gap = Interval(value=(low + high) / 2, low=low, high=high, n=500)
    found = gate(exam, difference=gap)
    assert found.criteria[0].sentence == DEFAULT_CRITERION
    assert found.criteria[0].verdict == verdict
    assert found.passed == (verdict == "met")


def test_the_seal_travels_with_the_gate(exam: Exam) -> None:
    found = gate(exam)
    assert (found.sealed_sha256, found.sealed_at) == (
        exam.order.sealed_sha256,
        exam.order.sealed_at,
    )


def test_a_criterion_that_cannot_be_judged_is_refused_by_its_path(exam: Exam) -> None:
    with pytest.raises(InvalidParameter, match=r"brief\.criteria\.1\.metric.*'rmse' for binary"):
        gate(exam, Criterion(metric="recall", at_least=0), Criterion(metric="rmse", at_most=1))
    with pytest.raises(InvalidParameter, match=r"needs brief\.capacity"):
        gate(exam, Criterion(metric="recall_at_capacity", at_least=0.1))
    with pytest.raises(UnknownColumn, match=r"brief\.criteria\.0\.group.*'town'"):
        gate(exam, Criterion(metric="recall", at_least=0, group="town"))


def test_capacity_is_that_of_the_brief(exam: Exam) -> None:
    criterion = Criterion(metric="precision_at_capacity", at_least=0.1)
    capacity = Capacity(count=50, cases_per_period=500)
    full = with_brief(exam.order, criteria=(criterion,), capacity=capacity)
    (result,) = judge(replace(exam, order=full), BETTER).criteria
    top = np.argsort(-exam.candidate.score[:, 1])[:50]
    assert result.value == pytest.approx(exam.candidate.truth[top].mean())
