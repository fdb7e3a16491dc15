import pytest
from pandas.testing import assert_series_equal
from past_rows import FEW, by_time, series, work

from mll_core.domain.errors import InvalidParameter
from mll_core.plugins.steps.entity_past import EntityPast
from mll_core.plugins.steps.expanding_figures import ExpandingFigures

EVERY = ("mean", "sum", "min", "max", "std", "count")


def test_all_rows_before_are_summed_up() -> None:
    step = ExpandingFigures(columns=("x",), time="day", figures=("sum", "max", "count"))
    after = work(FEW, step).filter(like="_before").fillna(-1)
    assert after["x_sum_before"].tolist() == [13, -1, -1, 11, 13, -1, 20]
    assert after["x_max_before"].tolist() == [10, -1, -1, 10, 10, -1, 10]
    assert after["x_count_before"].tolist() == [3, 0, 0, 2, 3, -1, 4]
    assert (
        step.sentence() == "Make the sum and max and count of 'x' over all rows before, by 'day'."
    )


def test_it_stands_beside_a_step_that_makes_a_column_of_the_same_name() -> None:
    told = EntityPast(columns=("x",), facts=("mean",), time="day", by=("who",))
    summed = ExpandingFigures(columns=("x",), time="day", by=("who",))
    rows = series()
    once = work(rows, told)
    with pytest.raises(InvalidParameter, match="already has a column 'x_mean_before_by_who'") as no:
        work(once, summed)
    assert no.value.hint == "Give a prefix, which is put before the names of the new columns."
    both = work(once, summed.model_copy(update={"prefix": "all_"}))
    assert_series_equal(
        both["all_x_mean_before_by_who"], both["x_mean_before_by_who"], check_names=False
    )


def test_values_that_are_not_known_yet_are_not_looked_at() -> None:
    step = ExpandingFigures(columns=("x",), time="day", figures=("sum",), delay_days=3)
    assert work(FEW, step)["x_sum_before"].fillna(-1).tolist() == [-1, -1, -1, -1, 13, -1, 13]


@pytest.mark.parametrize("figure", EVERY)
def test_it_equals_the_expanding_of_pandas(figure: str) -> None:
    rows = series()
    step = ExpandingFigures(columns=("x",), time="day", by=("who",), figures=(figure,))
    grouped = by_time(rows).groupby("who")["x"]
    expected = grouped.transform(lambda x: getattr(x.expanding(), figure)().shift(1))
    if figure == "count":
        expected = expected.fillna(0)
    found = work(rows, step)[f"x_{figure}_before_by_who"]
    assert_series_equal(found, expected.sort_index(), check_names=False, rtol=1e-12)
