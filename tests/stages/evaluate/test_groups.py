from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evaluate_cases import order, with_brief
from fairlearn import metrics as fair
from sklearn.metrics import precision_score

from mll_core.domain.finding import Severity
from mll_core.domain.report import GroupMetric
from mll_core.domain.task import Predictions, Task
from mll_core.stages.evaluate.exam import Exam, sit
from mll_core.stages.evaluate.groups import compare, groups_of, rates


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    return sit(order(tmp_path_factory.mktemp("groups"), Task.BINARY, protected=("sex", "city")))


@pytest.mark.parametrize("column", ["sex", "city"])
def test_every_rate_of_every_group_equals_fairlearns(exam: Exam, column: str) -> None:
    cases, values = exam.candidate, exam.rows[column]
    theirs = fair.MetricFrame(
        metrics={
            "selection_rate": fair.selection_rate,
            "true_positive_rate": fair.true_positive_rate,
            "false_positive_rate": fair.false_positive_rate,
            "precision": precision_score,
        },
        y_true=cases.truth,
        y_pred=cases.label,
        sensitive_features=values,
    ).by_group
    groups = groups_of(values)
    for name, rows in groups.members():
        ours = rates(cases.take(rows))
        for kind in theirs.columns:
            assert ours[kind].value == pytest.approx(theirs.loc[name, kind], abs=1e-12)
            assert ours[kind].low <= ours[kind].value <= ours[kind].high


def test_parity_and_odds_equal_fairlearns(exam: Exam) -> None:
    cases, sex = exam.candidate, exam.rows["sex"]
    both = {"y_true": cases.truth, "y_pred": cases.label, "sensitive_features": sex}
    found = {f.code: f.numbers for f in compare(exam)[1] if f.column == "sex"}
    parity, odds = found["demographic_parity"], found["equalised_odds"]
    assert parity["difference"] == pytest.approx(fair.demographic_parity_difference(**both))
    assert parity["ratio"] == pytest.approx(fair.demographic_parity_ratio(**both))
    assert odds["difference"] == pytest.approx(fair.equalized_odds_difference(**both))


def test_each_group_has_its_rows_and_intervals(exam: Exam) -> None:
    measured, _ = compare(exam)
    assert sum(group.n for group in measured if group.column == "sex") == exam.candidate.n
    by_sex = [group for group in measured if group.column == "sex"]
    assert {group.group for group in by_sex} == {"f", "m"}
    for group in by_sex:
        assert {"roc_auc", "accuracy", "selection_rate"} <= set(group.metrics)
        auc = group.metrics["roc_auc"]
        assert auc.low < auc.value < auc.high


def test_a_group_of_few_rows_is_named_and_not_judged(exam: Exam) -> None:
    few = exam.rows["city"].to_numpy() == "Vik"
    assert 0 < few.sum() < 50
    found = [f for f in compare(exam)[1] if f.column == "city"]
    assert found[0].code == "small_group"
    assert "'Vik'" in found[0].sentence
    assert all("Vik" not in f.sentence for f in found[1:])


def test_an_unfair_rule_is_a_problem_and_a_fair_one_is_fine(exam: Exam) -> None:
    sex = exam.rows["sex"].to_numpy()
    for label, severity in (
        ((sex == "m").astype(np.int64), Severity.PROBLEM),
        ((np.arange(len(sex)) % 2), Severity.OK),
    ):
        cases = exam.candidate
        decided = Predictions(cases.truth, cases.score, label, cases.classes)
        found = compare(replace(exam, candidate=decided))[1]
        assert {f.severity for f in found if f.column == "sex"} == {severity}


def test_numbers_are_cut_into_a_few_groups_of_like_size() -> None:
    ages = pd.Series([*range(18, 98), None])
    groups = groups_of(ages)
    sizes = {name: int(rows.sum()) for name, rows in groups.members()}
    assert sizes == {
        "under 38": 20,
        "38 to under 58": 20,
        "58 to under 77": 19,
        "77 and over": 21,
        "missing": 1,
    }
    assert [name for name, _ in groups_of(pd.Series([0, 1, 1, 2])).members()] == ["1", "0", "2"]


def test_many_values_are_gathered_and_booleans_keep_their_names() -> None:
    letters = pd.Series(list("abcdefghijklmnop") * 2 + ["a", None])
    names = [name for name, _ in groups_of(letters).members()]
    assert names[0] == "a"
    assert names[-2:] == ["5 other values", "missing"]
    assert [n for n, _ in groups_of(pd.Series([True, True, False])).members()] == ["True", "False"]


@pytest.mark.parametrize(
    ("task", "kind"), [(Task.MULTICLASS, "accuracy"), (Task.REGRESSION, "mae")]
)
def test_other_tasks_compare_how_even_the_errors_are(tmp_path: Path, task: Task, kind: str) -> None:
    exam = sit(order(tmp_path, task, protected=("sex",)))
    measured, (finding,) = compare(exam)
    assert finding.code == "even_errors"
    low, high = sorted(_value(group, kind) for group in measured)
    assert finding.numbers["ratio"] == pytest.approx(low / high)


def test_a_group_with_one_outcome_only_is_no_error(exam: Exam) -> None:
    truth = np.where(exam.rows["sex"] == "m", 0, exam.candidate.truth)
    cases = exam.candidate
    odd = Predictions(truth.astype(np.int64), cases.score, cases.label, cases.classes)
    measured, _ = compare(replace(with_none(exam), candidate=odd))
    (men,) = (group for group in measured if group.group == "m")
    assert np.isnan(men.metrics["true_positive_rate"].value)


def with_none(exam: Exam) -> Exam:
    return replace(exam, order=with_brief(exam.order, protected=("sex",)))


def _value(group: GroupMetric, kind: str) -> float:
    return group.metrics[kind].value
