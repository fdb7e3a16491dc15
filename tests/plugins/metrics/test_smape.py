import numpy as np
import pytest
from metric_cases import exactly

from mll_core.domain.task import Predictions
from mll_core.plugins.metrics.smape import SymmetricMeanAbsolutePercentageError

SMAPE = SymmetricMeanAbsolutePercentageError()


@pytest.mark.parametrize(
    ("truth", "said", "expected"),
    [(100.0, 110.0, 20 / 210), (100.0, 90.0, 20 / 190), (0.0, 0.0, 0.0), (0.0, 5.0, 2.0)],
)
def test_it_is_the_error_as_a_share_of_the_middle_of_both(
    truth: float, said: float, expected: float
) -> None:
    cases = Predictions(np.array([truth]), np.array([said]), np.array([said]))
    assert SMAPE.score(cases) == exactly(expected)
