from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from samples import parquet, shaped

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.aggregate_rows import AggregateRows
from mll_core.stages import prepare

ROWS = pd.DataFrame({"who": ["b", "a", "b", None], "spent": [1.0, 5.0, 3.0, None]})


def test_there_is_one_row_per_group_in_their_order(tmp_path: Path) -> None:
    step = AggregateRows(by=("who",), columns=("spent",), figures=("sum", "max"))
    shown = prepare.preview(Recipe(steps=(step,)), parquet(tmp_path, ROWS))
    assert shown.after["who"].isna().tolist() == [True, False, False]
    assert shown.after["rows"].tolist() == [1, 1, 2]
    assert shown.after["spent_sum"].tolist()[1:] == [5, 4]
    assert shown.after["spent_max"].tolist()[1:] == [5, 3]
    assert (shown.n_before, shown.n_after) == (4, 3)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    rows = ROWS.rename(columns={"who": "spent_sum"})
    step = AggregateRows(by=("spent_sum",), columns=("spent",))
    with pytest.raises(InvalidParameter, match="spent_sum"):
        prepare.preview(Recipe(steps=(step,)), parquet(tmp_path, rows))


def test_columns_of_any_kind_are_described_as_pandas_does() -> None:
    rows = pd.DataFrame(
        {
            "who": [*"aaaabbb"],
            "plan": ["x", "y", "y", None, "z", "y", None],
            "paid": [True, False, None, True, False, False, None],
            "n": [1.0, 2.0, 3.0, 10.0, 5.0, 7.0, None],
            "at": pd.to_datetime(
                ["2024-03-01", "2024-01-01", "2024-02-01", None, "2024-01-02", None, "2024-01-01"]
            ),
        }
    )
    step = AggregateRows.of(
        by=["who"], columns=["n"], figures=["median"], described=["plan"], time="at",
        about=["distinct", "most frequent", "first", "last"],
    )  # fmt: skip
    after = shaped(step, rows)
    groups = rows.groupby("who")
    assert after["n_median"].tolist() == groups["n"].median().tolist() == [2.5, 6]
    assert after["plan_distinct"].tolist() == groups["plan"].nunique().tolist() == [2, 2]
    assert after["plan_most_frequent"].tolist() == ["y", "y"]  # of z and y the smaller
    assert after["plan_first"].fillna("-").tolist() == ["y", "-"]
    assert after["plan_last"].tolist() == ["x", "z"]
    true = shaped(AggregateRows.of(by=["who"], described=["paid"], about=["share true"]), rows)
    assert true["paid_share_true"].tolist() == [2 / 3, 0]


def test_sums_are_the_same_to_the_last_bit_in_any_order() -> None:
    rows = pd.DataFrame({"who": ["a", "b"] * 500, "n": [0.1 * 1.7**i for i in range(50)] * 20})
    step = AggregateRows.of(by=["who"], columns=["n"])
    other = rows.sample(frac=1, random_state=1)
    assert_frame_equal(shaped(step, rows), shaped(step, other), check_exact=True)
    vast = shaped(step, pd.DataFrame({"who": ["a", "a"], "n": [1e300, 1.0]}))
    assert vast["n_sum"].tolist() == [1e300]


def test_what_cannot_be_said_of_a_column_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="give time"):
        AggregateRows.of(by=["who"], described=["spent"], about=["first"])
    with pytest.raises(WrongColumnKind, match="'spent' is not of true and false"):
        shaped(AggregateRows.of(by=["who"], described=["spent"], about=["share true"]), ROWS)
