import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_series_equal
from past_rows import FEW, arrow, by_time, series, work

from mll_core.domain.errors import InvalidParameter
from mll_core.plugins.steps.rolling_figures import RollingFigures

EVERY = ("mean", "sum", "min", "max", "std", "count")
ROWS = RollingFigures(columns=("x",), time="day", by=("who",), last=2, figures=EVERY)


def test_the_rows_before_a_row_are_summed_up_the_row_itself_is_not() -> None:
    after = work(FEW, ROWS).filter(like="_last_").fillna(-1)
    assert after["x_sum_last_2_rows_by_who"].tolist() == [3, -1, -1, 1, -1, -1, 2]
    assert after["x_mean_last_2_rows_by_who"].tolist() == [1.5, -1, -1, 1, -1, -1, 2]
    assert after["x_count_last_2_rows_by_who"].tolist() == [2, 0, 0, 1, 0, -1, 1]
    assert after["x_std_last_2_rows_by_who"].tolist() == [0.5**0.5, -1, -1, -1, -1, -1, -1]


def test_days_count_from_that_many_days_ago_up_to_the_row_and_end_where_values_are_not_known() -> (
    None
):
    days = RollingFigures(columns=("x",), time="day", last=4, unit="days", figures=("sum", "count"))
    assert work(FEW, days)["x_sum_last_4_days"].fillna(-1).tolist() == [13, -1, -1, 11, 13, -1, 9]
    late = days.model_copy(update={"delay_days": 4})
    assert work(FEW, late)["x_sum_last_4_days"].fillna(-1).tolist() == [-1, -1, -1, -1, 11, -1, 2]
    assert late.sentence() == (
        "Make the sum and count of 'x' over the 4 days before, by 'day', none younger than 4 days."
    )
    with pytest.raises(InvalidParameter, match="delay_days"):
        RollingFigures.of(columns=("x",), time="day", last=3, unit="days", delay_days=4)


@pytest.mark.parametrize("figure", EVERY)
def test_rows_equal_the_rolling_of_pandas(figure: str) -> None:
    rows = series()
    step = RollingFigures(columns=("x",), time="day", by=("who",), last=5, figures=(figure,))
    windows = by_time(rows).groupby("who")["x"].rolling(5, min_periods=0, closed="left")
    if figure not in ("count", "std"):
        windows = by_time(rows).groupby("who")["x"].rolling(5, min_periods=1, closed="left")
    expected = getattr(windows, figure)().droplevel(0).sort_index()
    found = work(rows, step)[f"x_{figure}_last_5_rows_by_who"]
    assert_series_equal(found, expected, check_names=False, rtol=1e-12)


@pytest.mark.parametrize("figure", EVERY)
def test_days_equal_the_rolling_of_pandas(figure: str) -> None:
    rows = series()
    step = RollingFigures(
        columns=("x",), time="day", by=("who",), last=7, unit="days", figures=(figure,)
    )
    timed = by_time(rows).reset_index().set_index("day")
    windows = timed.groupby("who")["x"].rolling("7D", closed="left")
    expected = getattr(windows, figure)().to_numpy()
    expected = np.nan_to_num(expected, nan=0 if figure == "count" else -99)
    found = work(rows, step).loc[timed["index"], f"x_{figure}_last_7_days_by_who"]
    assert found.fillna(-99).to_numpy() == pytest.approx(expected, rel=1e-12)


def test_the_last_bit_does_not_depend_on_rows_of_others() -> None:
    rng = np.random.default_rng(0)
    n = 20_000
    rows = pa.table(
        {
            "who": rng.integers(0, 50, n).astype(str),
            "day": np.datetime64("2024-01-01") + rng.integers(0, 10**9, n).astype("m8[us]"),
            "x": rng.lognormal(size=n) * 1000,
        }
    )
    others = pa.table({"who": ["0-", "1-"] * 7, "day": rows["day"][:14], "x": rows["x"][:14]})
    step = RollingFigures(columns=("x",), time="day", by=("who",), last=30, figures=EVERY)
    alone, among = arrow(rows, step), arrow(pa.concat_tables([others, rows]), step)
    assert among.slice(14).equals(alone)


def test_numbers_too_large_to_count_are_left_out_and_large_ones_lose_nothing() -> None:
    days = pd.date_range("2024-01-01", periods=5)
    rows = pd.DataFrame({"day": days, "x": [float("inf"), 1e300, 1e9 + 0.25, 1e9 + 0.75, 0]})
    after = work(rows, RollingFigures(columns=("x",), time="day", last=9, figures=EVERY)).iloc[-1]
    assert after["x_sum_last_9_rows"] == 2e9 + 1
    assert after["x_count_last_9_rows"] == 2
    assert after["x_max_last_9_rows"] == 1e9 + 0.75
    assert after["x_std_last_9_rows"] == pytest.approx(0.125**0.5, rel=1e-15)
