import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from samples import replay

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
