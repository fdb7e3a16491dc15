import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from samples import shaped

from mll_core.domain.errors import InvalidParameter
from mll_core.plugins.steps.pivot_values import PivotValues

ROWS = pd.DataFrame(
    {"who": ["b", "a", "b", None], "month": ["jan", "feb", "feb", "jan"], "n": [1.0, 5.0, 3.0, 7.0]}
)


def test_each_value_named_becomes_a_column_and_other_values_count_for_nothing() -> None:
    step = PivotValues.of(
        by=["who"], column="month", values=["feb", "mar"], figure="sum", number="n"
    )
    after = shaped(step, ROWS)
    assert list(after) == ["who", "month_feb", "month_mar"]
    assert after["who"].fillna("-").tolist() == ["-", "a", "b"]
    assert after["month_feb"].fillna(0).tolist() == [0, 5, 3]
    assert after["month_mar"].isna().all()
    counted = shaped(PivotValues.of(by=["who"], column="month", values=["jan"]), ROWS)
    assert counted["month_jan"].tolist() == [1, 0, 1]


@pytest.mark.parametrize("figure", ["sum", "mean", "min", "max"])
def test_it_agrees_with_pandas_pivot_table(figure: str) -> None:
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"k": rng.integers(0, 9, 200), "m": rng.integers(1, 4, 200)})
    rows["n"] = rng.integers(0, 50, 200).astype(float)
    step = PivotValues.of(by=["k"], column="m", values=[1, 2, 3], figure=figure, number="n")
    table = rows.pivot_table(index="k", columns="m", values="n", aggfunc=figure)
    expected = table.rename(columns=lambda value: f"m_{value}").reset_index()
    expected.columns.name = None
    assert_frame_equal(shaped(step, rows), expected, check_dtype=False)


def test_what_cannot_be_a_column_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="'x' is no value of 'n'"):
        shaped(PivotValues.of(by=["who"], column="n", values=["x"]), ROWS)
    with pytest.raises(InvalidParameter, match="give number"):
        PivotValues.of(by=["who"], column="month", values=["jan"], figure="sum")
    rows = ROWS.rename(columns={"who": "month_jan"})
    with pytest.raises(InvalidParameter, match="two columns 'month_jan'"):
        shaped(PivotValues.of(by=["month_jan"], column="month", values=["jan"]), rows)
    with pytest.raises(InvalidParameter, match="at most 50"):
        PivotValues.of(by=["who"], column="month", values=[str(n) for n in range(51)])
