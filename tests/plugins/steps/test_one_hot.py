import numpy as np
import pandas as pd
import pytest
from samples import replay
from sklearn.preprocessing import OneHotEncoder

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.one_hot import OneHot


def test_each_frequent_category_has_a_column_as_in_pandas() -> None:
    city = ["Bern", "Basel", "Bern", None, "Chur", "Basel", "Bern"]
    out = replay(OneHot(column="city", most=2), city=city)
    expected = pd.get_dummies(pd.Series(city), dtype=float)
    assert [name for name in out if name != "city"] == ["city = Bern", "city = Basel"]
    for level in ("Bern", "Basel"):
        assert out[f"city = {level}"] == expected[level].tolist()


def test_what_was_never_seen_is_no_everywhere() -> None:
    step = Recipe(steps=(OneHot(column="city"),))
    fitted = RecipeTransformer(step).fit(pd.DataFrame({"city": ["a", "b"]}))
    new = fitted.transform(pd.DataFrame({"city": ["c"]}))
    assert new.drop(columns="city").to_numpy().tolist() == [[0, 0]]


def test_a_column_that_is_there_already_is_refused() -> None:
    rows = {"city": ["a"], "city = a": ["x"]}
    with pytest.raises(InvalidParameter, match="city = a"):
        replay(OneHot(column="city"), **rows)


def test_missing_gets_a_column_when_asked_for_as_in_scikit_learn() -> None:
    values = ["b", None, "a", "b"]
    said = replay(OneHot(column="c", missing=True), c=values)
    assert said["c is missing"] == [0, 1, 0, 0]
    frame = pd.DataFrame({"c": pd.Series(values, dtype=object)})
    expected = OneHotEncoder(sparse_output=False).fit_transform(frame)
    found = np.column_stack([said[name] for name in ("c = a", "c = b", "c is missing")])
    np.testing.assert_array_equal(found, expected)
