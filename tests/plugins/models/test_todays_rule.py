import numpy as np
import pytest
from model_cases import case

from mll_core.domain.document import Brief
from mll_core.domain.task import Task
from mll_core.plugins.models.todays_rule import TodaysRule


def test_a_condition_parts_the_rows_and_the_answer_is_the_share_on_either_side() -> None:
    rows = case(Task.BINARY)
    rule = "x > 0.5 or colour in ('green', 'blue')"
    scores = rows.scores(rows.fitted(TodaysRule(rule=rule)))[:, 1]
    yes = (rows.matrix[:, 0] > 0.5) | np.isin(rows.matrix[:, 3], (1, 2))
    for side in (yes, ~yes):
        share = (rows.truth[side].sum() + 2 * rows.truth.mean()) / (side.sum() + 2)
        np.testing.assert_allclose(scores[side], share)


def test_for_numbers_the_rules_own_number_is_the_answer_and_the_median_where_it_has_none() -> None:
    rows = case(Task.REGRESSION)
    found = rows.scores(rows.fitted(TodaysRule(rule="2 * x + 1")))
    gone = np.isnan(rows.matrix[:, 0])
    np.testing.assert_allclose(found[~gone], 2.0 * rows.matrix[~gone, 0] + 1, rtol=1e-6)
    assert set(found[gone]) == {np.median(rows.truth)}


def test_without_a_rule_in_the_brief_it_has_nothing_to_do() -> None:
    assert TodaysRule().suited(Brief()) is None
    assert TodaysRule().suited(Brief(rule="x > 1")).rule == "x > 1"
    assert TodaysRule(rule="x > 2").suited(Brief(rule="x > 1")).rule == "x > 2"


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("gone > 1", "asks for 'gone'"),
        ("x + 1", "write a condition"),
        ("colour > 'red'", "which of two texts"),
        ("colour + 1 > 0", "counts with a text"),
        ("log(x) > 1", "no functions"),
        ("colour == 3", "text with a number"),
    ],
)
def test_a_rule_it_cannot_read_is_refused_in_words(rule: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        case(Task.BINARY, n=30).fitted(TodaysRule(rule=rule))
