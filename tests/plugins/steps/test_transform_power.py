import numpy as np
import pandas as pd
import pytest
from samples import replay
from sklearn.preprocessing import PowerTransformer

from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.transform_power import TransformPower

SKEWED = np.exp(np.random.default_rng(0).normal(1, 0.8, 400))


def learned(step: TransformPower, values: np.ndarray) -> float:
    fitted = RecipeTransformer(Recipe(steps=(step,))).fit(pd.DataFrame({"x": values}))
    return float(fitted.prepared_.learned[0][0]["power"] or 0)


@pytest.mark.parametrize("how", ["yeo-johnson", "box-cox"])
@pytest.mark.parametrize("values", [SKEWED, SKEWED**2, np.sqrt(SKEWED)], ids=["e", "e2", "e0.5"])
def test_the_power_is_the_one_scikit_learn_finds(how: str, values: np.ndarray) -> None:
    reference = PowerTransformer(method=how, standardize=False).fit(values[:, None])
    power = learned(TransformPower(column="x", how=how), values)
    assert power == pytest.approx(reference.lambdas_[0], abs=1e-6)


def test_the_power_of_many_rows_of_both_signs_is_the_same_in_any_order() -> None:
    draw = np.random.default_rng(1)
    values = np.r_[draw.gamma(2, 30, 30_000), -draw.exponential(4, 20_000)]
    step = TransformPower(column="x")
    reference = PowerTransformer(standardize=False).fit(values[:, None])
    power = learned(step, values)
    assert power == pytest.approx(reference.lambdas_[0], abs=1e-6)
    assert learned(step, draw.permutation(values)) == power


@pytest.mark.parametrize("values", [[], [3.0], [2.0, 2.0], [1e300, -1e300, 5.0]])
def test_where_no_power_is_likelier_it_is_none_or_finite(values: list[float]) -> None:
    power = learned(TransformPower(column="x"), np.array(values, dtype=float))
    assert -2 <= power <= 3


@pytest.mark.parametrize("how", ["yeo-johnson", "box-cox"])
def test_the_values_are_scikit_learns_at_that_power(how: str) -> None:
    step = TransformPower(column="x", how=how)
    reference = PowerTransformer(method=how, standardize=False).fit(SKEWED[:, None])
    reference.lambdas_ = np.array([learned(step, SKEWED)])
    expected = reference.transform(SKEWED[:, None])[:, 0]
    np.testing.assert_allclose(replay(step, x=[*SKEWED])["x"], expected, rtol=1e-9)


def test_values_below_zero_are_allowed_where_they_are_and_missing_elsewhere() -> None:
    values = [-5.0, -1.0, 0.0, 3.0, None]
    assert replay(TransformPower(column="x"), x=values)["x"].count(None) == 1
    assert replay(TransformPower(column="x", how="box-cox"), x=values)["x"].count(None) == 4
    assert replay(TransformPower(column="x", how="log"), x=values)["x"] == [
        None, None, 0, pytest.approx(np.log(4)), None,
    ]  # fmt: skip
