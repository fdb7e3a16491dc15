import numpy as np
import pytest
from samples import replay
from sklearn.preprocessing import PolynomialFeatures

from mll_core.plugins.steps.multiply_columns import MultiplyColumns


def test_it_agrees_with_scikit_learn() -> None:
    rows = np.array([[1.0, 2.0, 3.0], [0.5, -4.0, 2.0]])
    expected = PolynomialFeatures(2, include_bias=False).fit_transform(rows)[:, 3:]
    out = replay(
        MultiplyColumns(columns=("a", "b", "c")), **dict(zip("abc", rows.T.tolist(), strict=True))
    )
    made = np.array([out[name] for name in out if " x " in name]).T
    np.testing.assert_allclose(made, expected)


@pytest.mark.parametrize("squares", [True, False])
def test_three_factors_agree_with_scikit_learn(squares: bool) -> None:
    rows = np.array([[1.0, 2.0, 3.0, -2.0], [0.5, -4.0, 2.0, 7.0]])
    poly = PolynomialFeatures(3, interaction_only=not squares, include_bias=False)
    step = MultiplyColumns(columns=("a", "b", "c", "d"), squares=squares, factors=3)
    out = replay(step, **dict(zip("abcd", rows.T.tolist(), strict=True)))
    made = np.array([out[name] for name in out if " x " in name]).T
    np.testing.assert_allclose(made, poly.fit_transform(rows)[:, 4:])


def test_without_squares_only_pairs_are_made() -> None:
    out = replay(MultiplyColumns(columns=("a", "b"), squares=False), a=[2.0, None], b=[3.0, 1.0])
    assert [name for name in out if " x " in name] == ["a x b"]
    assert out["a x b"] == [6, None]
