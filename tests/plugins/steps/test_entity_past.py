import pandas as pd
import pytest
from past_rows import FEW, by_time, series, work

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.entity_past import EntityPast
from mll_core.plugins.steps.lag_values import LagValues
from mll_core.stages import prepare

TOLD = ("last", "most frequent", "share")


def test_it_tells_how_many_rows_there_were_and_when_the_last() -> None:
    after = work(FEW, EntityPast(by=("who",), time="day"))
    assert after["rows_before_by_who"].fillna(-1).tolist() == [2, 0, 0, 1, 0, -1, 3]
    assert after["days_since_last_by_who"].fillna(-1).tolist() == [1, -1, -1, 1, -1, -1, 3]


def test_it_tells_what_was_the_last_the_most_frequent_and_the_share_of_an_event() -> None:
    step = EntityPast(by=("who",), time="day", facts=TOLD, columns=("y",), event="yes")
    after = work(FEW, step)
    for name in ("y_last_before_by_who", "y_most_frequent_before_by_who"):
        assert after[name].fillna("").tolist() == ["yes", "", "", "no", "", "", "yes"]
    assert after["y_share_before_by_who"].fillna(-1).tolist() == [0.5, -1, -1, 0, -1, -1, 2 / 3]
    assert step.sentence() == (
        "Tell of the rows before each, by 'day' of the same 'who': of 'y' the last value, the "
        "most frequent value, the share of 'yes'."
    )


def test_a_value_that_is_missing_is_not_the_last_one() -> None:
    after = work(FEW, EntityPast(by=("who",), time="day", facts=("last", "mean"), columns=("x",)))
    assert after["x_last_before_by_who"].fillna(-1).tolist() == [2, -1, -1, 1, -1, -1, 2]
    assert after["x_mean_before_by_who"].fillna(-1).tolist() == [1.5, -1, -1, 1, -1, -1, 1.5]


def test_it_equals_what_pandas_makes_of_each_group() -> None:
    rows = series().assign(y=lambda r: r["x"].mod(3).map({0: "a", 1: "b"}).fillna("c"))
    step = EntityPast(
        by=("who",), time="day", facts=("rows", "days since last", *TOLD), columns=("y",), event="a"
    )
    after, grouped = work(rows, step), by_time(rows).groupby("who")
    told = {
        "rows_before_by_who": grouped.cumcount().astype(float),
        "days_since_last_by_who": grouped["day"].diff().dt.days,
        "y_last_before_by_who": grouped["y"].shift(1),
        "y_share_before_by_who": grouped["y"].transform(
            lambda y: (y == "a").astype(float).expanding().mean().shift(1)
        ),
    }
    for name, expected in told.items():
        pd.testing.assert_series_equal(
            after[name], expected.sort_index(), check_names=False, check_dtype=False, rtol=1e-12
        )
    for _, group in by_time(after).groupby("who"):
        for place in range(1, len(group)):
            counts = group["y"].iloc[:place].value_counts()
            most = counts.index[counts == counts.max()]
            assert group["y_most_frequent_before_by_who"].iloc[place] in most


def test_the_target_may_be_told_of_the_past_only_when_it_was_known_by_then() -> None:
    rate = EntityPast(by=("who",), time="day", facts=("share",), columns=("y",), event="yes")
    with pytest.raises(
        InvalidParameter, match=r"steps\.0\.entity_past\.columns: 'y' is the target"
    ):
        prepare.refuse_target(Recipe(steps=(rate,)), "y")
    known = rate.model_copy(update={"delay_days": 4})
    prepare.refuse_target(Recipe(steps=(known,)), "y")
    assert work(FEW, known)["y_share_before_by_who"].fillna(-1).tolist() == [-1, *[-1] * 5, 0.5]
    prepare.refuse_target(Recipe(steps=(known,)), "y", gap=4)
    with pytest.raises(InvalidParameter, match="is the target") as caught:
        prepare.refuse_target(Recipe(steps=(known,)), "y", gap=5)
    assert "at least the gap of the split" in caught.value.hint
    by_answer = known.model_copy(update={"by": ("y",)})
    with pytest.raises(InvalidParameter, match=r"entity_past\.by: 'y' is the target"):
        prepare.refuse_target(Recipe(steps=(by_answer,)), "y")
    month_ago = LagValues(columns=("y",), time="day", back=30, unit="days")
    prepare.refuse_target(Recipe(steps=(month_ago,)), "y")


def test_what_cannot_be_told_is_refused_with_the_reason() -> None:
    with pytest.raises(InvalidParameter, match="name those whose mean is told"):
        EntityPast.of(by=("who",), time="day", facts=("rows", "mean"))
    with pytest.raises(WrongColumnKind, match="the mean needs numbers, 'y' holds text"):
        work(FEW, EntityPast(by=("who",), time="day", facts=("mean",), columns=("y",)))
    with pytest.raises(WrongColumnKind, match="'' cannot stand in 'x'"):
        work(FEW, EntityPast(by=("who",), time="day", facts=("share",), columns=("x",)))
