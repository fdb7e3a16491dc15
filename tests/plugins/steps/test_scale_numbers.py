import numpy as np
import pytest
from samples import replay
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from mll_core.plugins.steps.scale_numbers import ScaleNumbers

SCALERS = {"standard": StandardScaler(), "range": MinMaxScaler(), "robust": RobustScaler()}


@pytest.mark.parametrize("how", SCALERS)
def test_it_agrees_with_scikit_learn(how: str) -> None:
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    expected = SCALERS[how].fit_transform(values[:, None])[:, 0]
    scaled = replay(ScaleNumbers(column="x", how=how), x=[*values])["x"]
    np.testing.assert_allclose(scaled, expected, rtol=1e-12)


@pytest.mark.parametrize("how", SCALERS)
def test_a_column_of_one_value_becomes_zero_and_missing_stays_missing(how: str) -> None:
    assert replay(ScaleNumbers(column="x", how=how), x=[5.0, None, 5.0])["x"] == [0, None, 0]


def test_infinite_values_teach_nothing() -> None:
    scaled = replay(ScaleNumbers(column="x", how="range"), x=[0.0, 10.0, float("inf")])["x"]
    assert scaled == [0, 1, float("inf")]
