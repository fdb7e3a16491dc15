from metric_cases import SEEDS, exactly, numeric
from sklearn import metrics

from mll_core.domain.document import Brief, Values
from mll_core.plugins.metrics.expected_cost import ExpectedCost


@SEEDS
def test_it_is_the_mean_absolute_error_times_its_cost(seed: int) -> None:
    cases = numeric(seed)
    expected = 2.5 * metrics.mean_absolute_error(cases.truth, cases.score)
    assert ExpectedCost(per_unit=2.5).score(cases) == exactly(expected)


def test_its_cost_is_the_one_in_the_brief() -> None:
    brief = Brief(values=Values(per_unit_of_error=-3))
    assert ExpectedCost.of_brief(brief) == ExpectedCost(per_unit=3)
    assert ExpectedCost.usable(brief)
    assert not ExpectedCost.usable(Brief())
