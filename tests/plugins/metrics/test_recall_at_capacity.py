import numpy as np
import pytest
from metric_cases import binary, called, exactly

from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.recall_at_capacity import RecallAtCapacity


def top(cases: Predictions, k: int) -> Predictions:
    return cases.take(np.argsort(-called(cases), kind="stable")[:k])


@pytest.mark.parametrize("seed", [0, 2, 4])
def test_it_looks_at_the_cases_that_can_be_handled(seed: int) -> None:
    cases = binary(seed)
    handled = top(cases, 20)
    expected = handled.truth.sum() / cases.truth.sum()
    assert RecallAtCapacity(share=0.1).score(cases) == exactly(expected)
    assert RecallAtCapacity(share=0.1).score(cases) == exactly(expected)
