import pandas as pd
import pytest
from pandas.testing import assert_series_equal
from past_rows import FEW, by_time, series, work

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.plugins.steps.fill_by_time import FillByTime
from mll_core.stages import prepare


def filled(rows: pd.DataFrame, how: str, column: str = "x", **more: object) -> pd.Series:
    return work(rows, FillByTime.of(column=column, time="day", by=("who",), how=how, **more))[
        column
    ]


@pytest.mark.parametrize(("how", "put"), [("forward", 2), ("backward", 6), ("interpolate", 3)])
def test_the_gap_is_filled_from_before_from_after_or_from_between(how: str, put: float) -> None:
    assert filled(FEW, how).tolist() == [put, 1, 10, 2, 7, 100, 6]


def test_a_value_too_far_away_is_not_used_and_a_row_without_a_time_stays_as_it_is() -> None:
    assert filled(FEW, "backward", most_days=2).isna().tolist() == [True, *[False] * 6]
    assert filled(FEW, "backward", most_days=3).notna().all()
    assert filled(FEW, "interpolate", most_days=2).isna().sum() == 1
    assert filled(FEW, "forward", "y").isna().tolist() == [*[False] * 5, True, False]


def test_rows_of_one_moment_do_not_fill_each_other() -> None:
    rows = pd.DataFrame({"who": "ann", "day": pd.to_datetime(["2024-01-01"] * 2), "x": [1, None]})
    for how in ("forward", "backward", "interpolate"):
        assert filled(rows, how).isna().tolist() == [False, True]


def test_forward_and_backward_equal_the_fill_of_pandas() -> None:
    rows = series()
    grouped = by_time(rows).groupby("who")["x"]
    for how, expected in (("forward", grouped.ffill()), ("backward", grouped.bfill())):
        assert_series_equal(filled(rows, how), expected.sort_index())


def test_between_equals_the_interpolation_by_time_of_pandas() -> None:
    rows = series()
    after = filled(rows, "interpolate")
    for who, group in by_time(rows).groupby("who"):
        line = group.set_index("day")["x"].interpolate(method="time", limit_area="inside")
        found = after[rows["who"] == who].loc[group.index]
        assert found.fillna(-99).tolist() == pytest.approx(line.fillna(-99).tolist(), rel=1e-12)


def test_what_looks_ahead_is_refused_with_a_split_by_time() -> None:
    steps = Recipe(steps=(FillByTime(column="x", time="day", by=("who",), how="backward"),))
    with pytest.raises(InvalidParameter, match=r"looks at later rows\. .* the future") as caught:
        prepare.refuse_mixing(steps, SplitSection(time_column="day"))
    assert caught.value.hint == "Fill forward instead, or split by group on 'who'."
    prepare.refuse_mixing(steps, SplitSection(group_column="who"))
    with pytest.raises(WrongColumnKind, match="'y' holds text, no numbers"):
        filled(FEW, "interpolate", "y")
