import pytest
from evaluate_cases import order, with_brief

from mll_core.domain.report import Report
from mll_core.domain.task import Task
from mll_core.stages.evaluate import Order, evaluate

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
