import numpy as np
import pytest
from metric_cases import binary, called, exactly

from mll_core.domain.document import Brief, Capacity
from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.precision_at_capacity import PrecisionAtCapacity


def top(cases: Predictions, k: int) -> Predictions:
    return cases.take(np.argsort(-called(cases), kind="stable")[:k])


@pytest.mark.parametrize("seed", [0, 2, 4])
def test_it_looks_at_the_cases_that_can_be_handled(seed: int) -> None:
    cases = binary(seed)
    handled = top(cases, 20)
    expected = handled.truth.mean()
    assert PrecisionAtCapacity(share=0.1).score(cases) == exactly(expected)


def test_cases_that_tie_at_the_edge_are_taken_in_equal_parts() -> None:
    cases = binary(0)
    same = np.full((cases.n, 2), 0.5)
    tied = Predictions(cases.truth, same, cases.label, cases.classes)
    assert PrecisionAtCapacity(share=0.1).score(tied) == exactly(cases.truth.mean())


def test_its_capacity_is_the_one_in_the_brief() -> None:
    week = Capacity(count=200, cases_per_period=1000)
    assert PrecisionAtCapacity.of_brief(Brief(capacity=week)) == PrecisionAtCapacity(share=0.2)
    assert PrecisionAtCapacity.usable(Brief(capacity=week))
    assert not PrecisionAtCapacity.usable(Brief(capacity=Capacity(count=200)))
