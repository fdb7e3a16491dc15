import pytest
from evaluate_cases import order, with_brief

from mll_core.domain.report import Report
from mll_core.domain.task import Task
from mll_core.domain.training import Interval
from mll_core.stages.evaluate import Order, evaluate
from mll_core.stages.evaluate.cards import good
from mll_core.stages.evaluate.exam import sit

RULE = "age > 50 and usage < 60"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Order:
    return order(tmp_path_factory.mktemp("binary"), Task.BINARY)


@pytest.fixture(scope="module")
def ruled(plain: Order) -> Report:
    return evaluate(with_brief(plain, rule=RULE))


def test_every_metric_has_a_card_with_formula_range_and_what_is_good_here(ruled: Report) -> None:
    for kind in ruled.test:
        card = ruled.cards[kind]
        assert card.formula
        assert " to " in card.range
        assert card.good.endswith(".")
    said = ruled.cards["roc_auc"].good
    assert "always the same answer 0.500" in said
    assert "this model is clearly better than today's rule" in said


def test_the_verdict_on_the_ranking_metric_is_that_of_the_comparison_row_by_row(
    plain: Order,
) -> None:
    """Two intervals may overlap where the paired difference leaves out 0."""
    mine, simple = Interval(value=0.8, low=0.7, high=0.9), Interval(value=0.75, low=0.6, high=0.8)
    measured = {"test": {"roc_auc": mine}, "baseline": {"roc_auc": simple}, "rule": {}}
    ahead = Interval(value=0.05, low=0.01, high=0.09)
    unsure = Interval(value=0.05, low=-0.01, high=0.09)
    behind = Interval(value=-0.05, low=-0.09, high=-0.01)
    exam = sit(plain)
    words = [good(exam, "roc_auc", measured, one) for one in (ahead, unsure, behind, None)]
    verdicts = ("clearly better", "not clearly better", "worse", "not clearly better")
    for said, verdict in zip(words, verdicts, strict=True):
        assert f"this model is {verdict} than the best simple rule (Prior)" in said


def test_todays_rule_is_judged_on_the_same_rows_by_whom_it_acts_on(
    ruled: Report, plain: Order
) -> None:
    import pandas as pd

    rows = pd.read_parquet(plain.test)
    said = (rows["age"] > 50) & (rows["usage"] < 60)
    truth = rows["leaves"] == plain.fitted.classes[1]
    assert ruled.rule["precision"].value == pytest.approx((said & truth).sum() / said.sum())
    assert ruled.rule["recall"].value == pytest.approx((said & truth).sum() / truth.sum())
    assert ruled.rule["precision"].n == 500


def test_a_rule_that_cannot_be_answered_and_none_at_all_leave_the_column_out(plain: Order) -> None:
    assert not evaluate(with_brief(plain, rule="no_such_column > 3")).rule
    assert not evaluate(plain).rule
