from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evaluate_cases import order, with_brief
from fairlearn import metrics as fair
from scipy import stats
from sklearn.metrics import accuracy_score, mean_absolute_error, precision_score, recall_score

from mll_core.domain.task import Predictions, Task
from mll_core.stages.evaluate.exam import Exam, sit
from mll_core.stages.evaluate.fairness import audit
from mll_core.stages.evaluate.groups import crossed, groups_of, measured, rates


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


@pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])
def test_groups_of_other_tasks_equal_fairlearns_frame_too(tmp_path: Path, task: Task) -> None:
    exam = sit(order(tmp_path, task, protected=("sex",)))
    cases = exam.candidate
    said, kinds = (
        (cases.label, {"accuracy": accuracy_score})
        if task.classifies
        else (cases.score, {"mae": mean_absolute_error, "bias": lambda y, p: np.mean(p - y)})
    )
    both = {"y_true": cases.truth, "y_pred": said, "sensitive_features": exam.rows["sex"]}
    theirs = fair.MetricFrame(metrics=kinds, **both)
    for group in measured(exam):
        for kind in kinds:
            told = float(theirs.by_group.loc[group.group, kind])
            assert group.metrics[kind].value == pytest.approx(told, abs=1e-12)
    (one,) = audit(exam).parities
    compared = next(iter(kinds))
    assert one.difference.value == pytest.approx(theirs.difference()[compared], abs=1e-12)
    assert one.ratio == pytest.approx(theirs.ratio()[compared], abs=1e-12)


def test_awkward_groups_equal_fairlearns_where_a_rate_is_defined() -> None:
    draw = np.random.default_rng(4)
    values = pd.Series(draw.choice(["none", "all", "one", None], 300, p=[0.3, 0.3, 0.1, 0.3]))
    values[(values == "one") & (np.arange(300) != values[values == "one"].index[0])] = "all"
    truth, called = draw.integers(0, 2, 300), draw.integers(0, 2, 300)
    truth[values == "none"], called[values == "all"] = 0, 0  # nobody to find; nobody called
    score = np.column_stack([1 - called, called]) * 1.0
    cases = Predictions(truth, score, called, ("no", "yes"))
    kinds = {
        "selection_rate": fair.selection_rate,
        "true_positive_rate": partial(recall_score, zero_division=np.nan),
        "false_positive_rate": lambda y, p: 1 - recall_score(1 - y, 1 - p, zero_division=np.nan),
        "precision": partial(precision_score, zero_division=np.nan),
    }
    named = values.fillna("missing")
    theirs = fair.MetricFrame(metrics=kinds, y_true=truth, y_pred=called, sensitive_features=named)
    found = dict(groups_of(values.astype("category").cat.add_categories("nobody")).members())
    assert set(found) == {"none", "all", "one", "missing"}  # nobody is no group
    for name, rows in found.items():
        ours = rates(cases.take(rows))
        for kind in kinds:
            told = theirs.by_group.loc[name, kind]
            assert ours[kind].value == pytest.approx(told, abs=1e-12, nan_ok=True)
    assert np.isnan(rates(cases.take(found["none"]))["true_positive_rate"].value)


def test_rates_of_rows_that_belong_together_are_the_same_with_wider_intervals(exam: Exam) -> None:
    five = np.repeat(np.arange(exam.candidate.n), 5)
    cases = exam.candidate.take(five)
    alone, together = rates(cases), rates(cases, five)
    once = rates(exam.candidate)
    for kind in ("selection_rate", "true_positive_rate", "false_positive_rate", "precision"):
        assert together[kind].value == alone[kind].value
        ends = (together[kind].low, together[kind].high)
        assert ends == pytest.approx((once[kind].low, once[kind].high), abs=0.005)
        assert together[kind].high - together[kind].low > 2 * (alone[kind].high - alone[kind].low)


def test_the_mean_score_has_students_interval_and_one_row_has_none(exam: Exam) -> None:
    cases = exam.candidate
    found, theirs = rates(cases)["mean_score"], stats.ttest_1samp(cases.score[:, 1], 0)
    assert (found.low, found.high) == pytest.approx(tuple(theirs.confidence_interval()))
    one = rates(cases.take(np.array([0])))["mean_score"]
    assert one.value == cases.score[0, 1]
    assert np.isnan(one.low)
    together = rates(cases, np.zeros(cases.n, dtype=np.int64))["mean_score"]
    assert together.value == found.value
    assert np.isnan(together.low)


def test_each_group_has_its_rows_and_intervals(exam: Exam) -> None:
    found = measured(exam)
    assert sum(group.n for group in found if group.column == "sex") == exam.candidate.n
    by_sex = [group for group in found if group.column == "sex"]
    assert {group.group for group in by_sex} == {"f", "m"}
    for group in by_sex:
        assert {"roc_auc", "accuracy", "selection_rate"} <= set(group.metrics)
        auc = group.metrics["roc_auc"]
        assert auc.low < auc.value < auc.high


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


def test_two_columns_together_have_the_rows_that_are_in_both(exam: Exam) -> None:
    sex, city = exam.rows["sex"], exam.rows["city"]
    together = {g.group: g.n for g in measured(exam) if g.column == "sex and city"}
    expected = pd.crosstab(sex, city).stack()
    assert together == {f"{a}, {b}": n for (a, b), n in expected.items() if n >= 50}
    pairs = crossed(groups_of(sex), groups_of(city))
    assert sum(rows.sum() for _, rows in pairs.members()) == exam.candidate.n


def test_rare_pairs_are_gathered() -> None:
    letters = groups_of(pd.Series(list("abcdefghij") * 2 + ["a"] * 5))
    pairs = crossed(letters, groups_of(pd.Series(["x", "y"] * 10 + ["x"] * 5)))
    names = [name for name, _ in pairs.members()]
    assert names[0] == "a, x"
    assert names[-1] != "other pairs" or len(names) == 13


def test_a_group_with_one_outcome_only_is_no_error(exam: Exam) -> None:
    truth = np.where(exam.rows["sex"] == "m", 0, exam.candidate.truth)
    cases = exam.candidate
    odd = Predictions(truth.astype(np.int64), cases.score, cases.label, cases.classes)
    found = measured(replace(with_none(exam), candidate=odd))
    (men,) = (group for group in found if group.group == "m")
    assert np.isnan(men.metrics["true_positive_rate"].value)


def with_none(exam: Exam) -> Exam:
    return replace(exam, order=with_brief(exam.order, protected=("sex",)))
