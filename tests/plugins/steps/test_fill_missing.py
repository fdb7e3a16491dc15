import math

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import replay
from sklearn.impute import SimpleImputer

from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.fill_missing import FillMissing

STRATEGY = {"median": "median", "mean": "mean", "mode": "most_frequent"}


@pytest.mark.parametrize("how", STRATEGY)
@given(values=st.lists(st.none() | st.integers(-50, 50), min_size=1))
def test_it_agrees_with_scikit_learn(how: str, values: list[int | None]) -> None:
    if all(value is None for value in values):
        values = [*values, 1]
    numbers = np.array(values, dtype=float).reshape(-1, 1)
    expected = SimpleImputer(strategy=STRATEGY[how]).fit_transform(numbers)[:, 0]
    after = replay(FillMissing.of(column="x", how=how), x=numbers[:, 0].tolist())["x"]
    np.testing.assert_allclose(after, expected)


def test_the_value_is_that_of_the_training_rows() -> None:
    fitted = RecipeTransformer(Recipe(steps=(FillMissing(column="x", how="mean"),)))
    fitted.fit(pd.DataFrame({"x": [1.0, 3.0]}))
    assert fitted.transform(pd.DataFrame({"x": [None, 100.0]}))["x"].tolist() == [2.0, 100.0]


def test_infinite_values_teach_nothing() -> None:
    assert replay(FillMissing(column="x"), x=[math.inf, 4.0, None])["x"] == [math.inf, 4.0, 4.0]


def test_text_and_truth_take_the_mode_or_a_constant() -> None:
    assert replay(FillMissing(column="c", how="mode"), c=["b", "b", "a", None])["c"][3] == "b"
    assert replay(FillMissing(column="c", how="mode"), c=["b", "a", None])["c"][2] == "a"
    step = FillMissing.of(column="b", how="constant", value=True)
    assert replay(step, b=[True, None, False])["b"] == [1, 1, 0]
    step = FillMissing.of(column="n", how="constant", value=0)
    assert replay(step, n=[1.5, None])["n"] == [1.5, 0]


def test_what_cannot_be_filled_so_is_refused() -> None:
    schema = ibis.schema({"c": "string", "n": "int64", "d": "timestamp", "l": "array<int64>"})
    with pytest.raises(WrongColumnKind, match="median needs numbers"):
        FillMissing(column="c").check(schema)
    with pytest.raises(WrongColumnKind, match="'x' cannot stand in 'n'"):
        FillMissing(column="n", how="constant", value="x").check(schema)
    with pytest.raises(WrongColumnKind, match="'x' cannot stand in 'd'"):
        FillMissing(column="d", how="constant", value="x").check(schema)
    with pytest.raises(WrongColumnKind, match="not filled"):
        FillMissing(column="l", how="mode").check(schema)


@pytest.mark.parametrize(("how", "day"), [("mode", 1), ("median", 2), ("mean", 3), ("constant", 9)])
def test_dates_take_the_usual_one_the_middle_one_the_mean_or_a_constant(how: str, day: int) -> None:
    days = [pd.Timestamp(2024, 1, n) for n in (1, 1, 3, 7)]
    step = FillMissing(column="d", how=how, value="2024-01-09")
    filled = replay(step, d=[*days, None])["d"]
    assert filled[:4] == days
    assert filled[4] == pd.Timestamp(2024, 1, day)
