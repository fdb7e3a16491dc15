import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal
from past_rows import FEW, by_time, series, work

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.step import Across
from mll_core.plugins.steps.lag_values import LagValues


def test_each_row_gets_the_value_of_the_row_before_of_the_same_entity() -> None:
    after = work(FEW, LagValues(columns=("x", "y"), time="day", by=("who",)))
    assert after["who"].tolist()[:4] == ["ann", "ann", "bob", "ann"]
    assert after["x_1_rows_ago_by_who"].fillna(-1).tolist() == [2, -1, -1, 1, -1, -1, -1]
    assert after["y_1_rows_ago_by_who"].fillna("").tolist() == ["yes", "", "", "no", "", "", "yes"]


def test_days_back_is_the_newest_row_that_is_at_least_so_old() -> None:
    step = LagValues(columns=("x",), time="day", by=("who",), back=2, unit="days")
    after = work(FEW, step)
    assert after["x_2_days_ago_by_who"].fillna(-1).tolist() == [1, -1, -1, -1, -1, -1, -1]
    assert step.across() == Across(by=("who",), time="day", delay_days=2)
    assert step.sentence() == "Take 'x' as it was 2 days before, by 'day' of the same 'who'."


def test_values_that_are_not_known_yet_are_not_looked_at() -> None:
    late = LagValues(columns=("x",), time="day", delay_days=4)
    assert work(FEW, late)["x_1_rows_ago"].fillna(-1).tolist() == [-1, -1, -1, -1, 10, -1, 2]
    assert late.sentence().endswith("by 'day', none younger than 4 days.")
    with pytest.raises(InvalidParameter, match="delay_days"):
        LagValues.of(columns=("x",), time="day", back=2, unit="days", delay_days=3)


def test_rows_of_one_moment_do_not_see_each_other() -> None:
    rows = pd.DataFrame(
        {"day": pd.to_datetime(["2024-01-01"] * 2 + ["2024-01-02"] * 2), "x": [1, 2, 3, 4]}
    )
    one = work(rows, LagValues(columns=("x",), time="day"))["x_1_rows_ago"]
    two = work(rows, LagValues(columns=("x",), time="day", back=2))["x_2_rows_ago"]
    assert one.fillna(-1).tolist() == [-1, -1, 2, 2]
    assert two.fillna(-1).tolist() == [-1, -1, 1, 1]


@pytest.mark.parametrize("back", [1, 2, 5])
def test_it_equals_the_shift_of_pandas(back: int) -> None:
    rows = series()
    after = work(rows, LagValues(columns=("x",), time="day", by=("who",), back=back))
    expected = by_time(rows).groupby("who")["x"].shift(back).sort_index()
    assert_series_equal(after[f"x_{back}_rows_ago_by_who"], expected, check_names=False)


def test_days_back_equals_the_backward_join_of_pandas() -> None:
    rows = series()
    after = work(rows, LagValues(columns=("x",), time="day", by=("who",), back=3, unit="days"))
    asked = rows.assign(at=rows["day"] - np.timedelta64(3, "D"), n=range(len(rows)))
    found = pd.merge_asof(
        asked.sort_values("at"), rows.sort_values("day"), left_on="at", right_on="day", by="who"
    ).sort_values("n")
    assert after["x_3_days_ago_by_who"].fillna(-99).tolist() == found["x_y"].fillna(-99).tolist()


def test_a_name_that_is_taken_is_refused() -> None:
    step = LagValues(columns=("x",), time="day")
    with pytest.raises(InvalidParameter, match="already has a column 'x_1_rows_ago'"):
        work(FEW.assign(x_1_rows_ago=1), step)
