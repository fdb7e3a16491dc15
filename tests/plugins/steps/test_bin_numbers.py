import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from samples import replay
from sklearn.preprocessing import KBinsDiscretizer
from sklearn.tree import DecisionTreeRegressor

from mll_core.plugins.steps.bin_numbers import BinNumbers


def test_own_limits_make_named_ranges() -> None:
    step = BinNumbers(column="age", how="own limits", limits=(65, 18), into="group")
    said = replay(step, age=[5.0, 18.0, 64.9, 65.0, None])["group"]
    assert said == ["under 18", "18 to under 65", "18 to under 65", "65 and above", None]


def test_equal_rows_are_what_pandas_cuts_by_quantile() -> None:
    values = np.random.default_rng(0).normal(size=101)
    said = replay(BinNumbers(column="x", bins=4, into="r"), x=[*values])["r"]
    expected = pd.cut(
        values, [-np.inf, *np.quantile(values, [0.25, 0.5, 0.75]), np.inf], right=False
    )
    assert len(set(said)) == 4
    assert pd.Series(said).groupby(expected.codes).nunique().eq(1).all()


def test_equal_width_cuts_the_span_evenly_and_one_value_is_one_range() -> None:
    step = BinNumbers(column="x", how="equal width", bins=2, into="r")
    assert replay(step, x=[0.0, 4.0, 5.0, 10.0])["r"] == [
        "under 5", "under 5", "5 and above", "5 and above",
    ]  # fmt: skip
    assert replay(step, x=[7.0, 7.0])["r"] == ["any", "any"]


def test_own_limits_must_be_given() -> None:
    with pytest.raises(ValidationError, match="give at least one"):
        BinNumbers(column="x", how="own limits", into="r")


def test_gaps_are_where_a_tree_of_the_values_cuts_as_scikit_learn_has_it() -> None:
    rng = np.random.default_rng(0)
    values = np.r_[rng.normal(0, 1, 50), rng.normal(20, 1, 50), rng.normal(100, 1, 50)]
    step = BinNumbers(column="x", how="gaps", bins=3, into="r")
    said = pd.Series(replay(step, x=[*values])["r"])
    tree = DecisionTreeRegressor(max_leaf_nodes=3, random_state=0).fit(values[:, None], values)
    assert said.nunique() == 3
    assert (said.groupby(tree.apply(values[:, None])).nunique() == 1).all()
    assert said.groupby([0] * 50 + [1] * 50 + [2] * 50).nunique().tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("how", "strategy"), [("equal width", "uniform"), ("equal rows", "quantile")]
)
def test_equal_ranges_are_those_of_scikit_learn(how: str, strategy: str) -> None:
    values = np.random.default_rng(0).lognormal(size=300)
    step = BinNumbers(column="x", how=how, bins=5, into="r")
    said = pd.Series(replay(step, x=[*values])["r"])
    reference = KBinsDiscretizer(
        5, strategy=strategy, encode="ordinal", subsample=None, quantile_method="linear"
    )
    bins = reference.fit_transform(values[:, None])[:, 0]
    assert said.nunique() == 5
    assert (said.groupby(bins).nunique() == 1).all()
