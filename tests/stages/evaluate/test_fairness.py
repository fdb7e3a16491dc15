from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evaluate_cases import order
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats.contingency import association as cramer

from mll_core.domain.finding import Severity
from mll_core.domain.task import Predictions, Task
from mll_core.infra.kinship import association
from mll_core.stages.evaluate.exam import Exam, sit
from mll_core.stages.evaluate.fairness import audit, findings
from mll_core.stages.evaluate.groups import groups_of


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    return sit(order(tmp_path_factory.mktemp("audit"), Task.BINARY, protected=("sex", "city")))


def decided(exam: Exam, label: np.ndarray) -> Exam:
    cases = exam.candidate
    said = Predictions(cases.truth, cases.score, label.astype(np.int64), cases.classes)
    return replace(exam, candidate=said)


def test_every_definition_is_judged_for_each_column_and_for_both_together(exam: Exam) -> None:
    found = audit(exam)
    columns = {one.column for one in found.parities}
    assert columns == {"sex", "city", "sex and city"}
    assert {one.definition for one in found.parities if one.column == "sex"} == {
        "demographic_parity",
        "equal_opportunity",
        "equalised_odds",
        "predictive_parity",
        "calibration",
    }
    assert all(one.adjusted >= one.p_value for one in found.parities)
    assert {one.together for one in found.parities if one.column == "sex and city"} == {True}


def test_a_group_of_few_rows_is_named_and_not_judged(exam: Exam) -> None:
    few = exam.rows["city"].to_numpy() == "Vik"
    assert 0 < few.sum() < 50
    found = audit(exam)
    assert [(one.column, one.group, one.n) for one in found.left_out] == [
        ("city", "Vik", few.sum())
    ]
    told = [one for one in findings(found) if one.column == "city"]
    assert told[0].code == "small_group"
    assert all("Vik" not in one.sentence for one in told[1:])


def test_an_unfair_rule_is_a_problem_and_a_fair_one_is_fine(exam: Exam) -> None:
    sex = exam.rows["sex"].to_numpy()
    for label, severity in (
        (sex == "m", Severity.PROBLEM),
        (np.arange(len(sex)) % 2, Severity.OK),
    ):
        found = findings(audit(decided(exam, label)))
        assert {one.severity for one in found if one.column == "sex"} == {severity}


@pytest.mark.parametrize(
    ("task", "code"), [(Task.MULTICLASS, "even_accuracy"), (Task.REGRESSION, "even_errors")]
)
def test_other_tasks_compare_how_right_the_answers_are(
    tmp_path: Path, task: Task, code: str
) -> None:
    found = audit(sit(order(tmp_path, task, protected=("sex",))))
    assert [one.definition for one in found.parities] == [code]
    assert found.demands == ()


def test_without_protected_columns_there_is_nothing_to_say(tmp_path: Path) -> None:
    found = audit(sit(order(tmp_path, Task.REGRESSION)))
    assert (found.parities, found.proxies, list(findings(found))) == ((), (), [])


def test_where_groups_differ_in_what_is_true_the_definitions_conflict(exam: Exam) -> None:
    sex, cases = exam.rows["sex"].to_numpy(), exam.candidate
    truth = np.where(sex == "m", np.arange(cases.n) % 2, np.arange(cases.n) % 10 == 0)
    said = Predictions(truth.astype(np.int64), cases.score, cases.label, cases.classes)
    found = audit(replace(exam, candidate=said))
    (one,) = (c for c in found.conflicts if c.column == "sex")
    assert {"equalised_odds", "predictive_parity"} <= set(one.definitions)
    assert "of 'f' and" in one.sentence
    level = Predictions(
        (np.arange(cases.n) % 2).astype(np.int64), cases.score, cases.label, cases.classes
    )
    assert [c for c in audit(replace(exam, candidate=level)).conflicts if c.column == "sex"] == []


def test_what_each_definition_asks_meets_it_on_these_rows(exam: Exam) -> None:
    sex, cases = exam.rows["sex"].to_numpy(), exam.candidate
    for one in audit(exam).demands:
        if one.column != "sex":
            continue
        counted = {g["group"]: g for g in one.groups}
        for name, told in counted.items():
            rows = np.flatnonzero(sex == name)
            best = rows[np.argsort(-cases.score[rows, 1], kind="stable")][: told["called"]]
            assert told["right"] == (cases.truth[best] == 1).sum()
            assert told["called_before"] == (cases.label[rows] == 1).sum()
        if one.definition == "demographic_parity":
            shares = [g["called"] / (sex == name).sum() for name, g in counted.items()]
            assert np.ptp(shares) < 0.01
        if one.definition == "equal_opportunity":
            hits = {name: ((sex == name) & (cases.truth == 1)).sum() for name in counted}
            found = [g["right"] / hits[name] for name, g in counted.items()]
            assert np.ptp(found) < 0.02
        if one.definition == "predictive_parity":
            overall = cases.truth[cases.label == 1].mean()
            assert all(g["right"] / g["called"] >= overall for g in one.groups if g["called"])


def test_a_column_that_stands_in_for_a_protected_one_is_named(exam: Exam) -> None:
    name = next(f.source for f in exam.order.training.features if f.source not in {"sex", "city"})
    rows = exam.rows.take(np.arange(len(exam.rows))).assign(
        **{name: np.where(exam.rows["sex"] == "m", "x", "y")}
    )
    found = audit(replace(exam, rows=rows)).proxies
    assert [(one.column, one.proxy) for one in found if one.column == "sex"] == [("sex", name)]
    assert found[0].strength > 0.99


def test_how_much_a_column_tells_is_cramers_v_on_many_rows() -> None:
    draw = np.random.default_rng(0)
    group = draw.integers(0, 3, 50_000)
    values = pd.Series((group + draw.integers(0, 2, 50_000)).astype(str))
    table = pd.crosstab(values, group).to_numpy()
    assert association(values, group) == pytest.approx(cramer(table, method="cramer"), abs=1e-3)
    unrelated = pd.Series(draw.normal(size=50_000))
    assert association(unrelated, group) < 0.02


@given(st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=2)), max_size=30))
def test_any_column_tells_between_nothing_and_all(values: list[object]) -> None:
    column = pd.Series(values, dtype=object)
    group = np.arange(len(values)) % 3
    assert 0.0 <= association(column, group) <= 1.0 + 1e-9
    assert groups_of(column).codes.shape == (len(values),)
