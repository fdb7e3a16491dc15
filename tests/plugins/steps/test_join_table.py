from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from samples import parquet

from mll_core.domain.errors import InvalidParameter, NotReady, UnknownColumn, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.join_table import JoinTable
from mll_core.stages import prepare

ROWS = pd.DataFrame({"who": ["b", "a", None, "c"], "n": [1.0, 2.0, 3.0, 4.0]})
PLANS = pd.DataFrame({"id": ["a", "b", "d"], "plan": ["Gold", "Flex", "Basic"], "n": [7, 8, 9]})
DAY = pd.Timestamp("2024-01-01")


def joined(rows: pd.DataFrame, other: pd.DataFrame, folder: Path, **values: Any) -> pd.DataFrame:
    step = JoinTable.of(source="plans.csv", **values)
    paths = {"plans.csv": parquet(folder, other, "other")}
    path = parquet(folder, rows)
    return prepare.preview(Recipe(steps=(step,)), path, limit=10_000, others=paths).after


def test_columns_of_the_row_that_matches_are_added_and_clashing_names_prefixed(
    tmp_path: Path,
) -> None:
    after = joined(ROWS, PLANS, tmp_path, on={"who": "id"})
    assert list(after) == ["who", "n", "plan", "other_n"]
    assert after["plan"].fillna("-").tolist() == ["Flex", "Gold", "-", "-"]
    assert after["other_n"].fillna(0).tolist() == [8, 7, 0, 0]


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ("all rows", [1, 2, 3, 4]),
        ("rows with a match", [1, 2]),
        ("rows with a match, no new columns", [1, 2]),
        ("rows without a match", [3, 4]),
    ],
)
def test_the_rows_asked_for_are_kept_in_their_order(
    how: str, kept: list[int], tmp_path: Path
) -> None:
    after = joined(ROWS, PLANS, tmp_path, on={"who": "id"}, how=how)
    assert after["n"].tolist() == kept
    assert ("plan" in after) == (how in ("all rows", "rows with a match"))


def test_several_rows_of_a_key_are_refused_until_it_is_said_which_is_taken(tmp_path: Path) -> None:
    twice = pd.concat([PLANS, PLANS.assign(plan="New", since=DAY)], ignore_index=True)
    with pytest.raises(InvalidParameter, match=r"2 values of 'who' stand in several .* in 2") as no:
        joined(ROWS, twice, tmp_path, on={"who": "id"})
    assert "first or the newest" in no.value.hint
    chosen = {"on": {"who": "id"}, "columns": ["plan"]}
    first = joined(ROWS, twice, tmp_path, several="first", **chosen)
    newest = joined(ROWS, twice, tmp_path, several="newest", other_time="since", **chosen)
    assert first["plan"].fillna("-").tolist() == ["Flex", "Gold", "-", "-"]
    assert newest["plan"].fillna("-").tolist() == ["New", "New", "-", "-"]
    unmet = pd.concat([PLANS, PLANS.tail(1)])  # a key that no row has may stand there twice
    assert len(joined(ROWS, unmet, tmp_path, on={"who": "id"})) == 4


def test_nothing_after_the_rows_own_time_is_looked_at(tmp_path: Path) -> None:
    days = [DAY + pd.Timedelta(days=d) for d in (0, 5, 10)]
    rows = pd.DataFrame({"who": ["a", "a", "a", "b"], "day": [*days, pd.NaT]})
    fees = pd.DataFrame(
        {
            "who": ["a", "a", "a", "b"],
            "since": [days[1], days[1] + pd.Timedelta(days=1), days[1], days[0]],
            "fee": [1.0, 2.0, 3.0, 4.0],
        }
    )
    asked = {"on": ["who"], "time": "day", "other_time": "since", "columns": ["fee"]}
    after = joined(rows, fees, tmp_path, **asked)
    assert after["fee"].fillna(0).tolist() == [0, 3, 2, 0]  # the last of one time; no time, nothing
    kept = joined(rows, fees, tmp_path, how="rows without a match", **asked)
    assert kept["who"].tolist() == ["a", "b"]


@pytest.mark.parametrize("how", ["left", "inner"])
@pytest.mark.parametrize("keys", [["k"], ["k", "m"]])
def test_it_agrees_with_pandas_merge(how: Any, keys: list[str], tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"k": rng.integers(0, 40, 300), "m": rng.choice([*"xyz"], 300)})
    rows["n"] = np.arange(300.0)
    other = pd.DataFrame({"k": rng.integers(0, 60, 200), "m": rng.choice([*"xyz"], 200)})
    other = other.assign(w=rng.normal(size=200)).drop_duplicates(keys)
    after = joined(
        rows, other, tmp_path,
        on=keys, columns=["w"], how={"left": "all rows", "inner": "rows with a match"}[how],
    )  # fmt: skip
    assert_frame_equal(after, rows.merge(other[[*keys, "w"]], on=keys, how=how))


def test_it_agrees_with_pandas_merge_asof(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)

    def times(count: int) -> pd.Series:
        return pd.Series(DAY + pd.to_timedelta(rng.integers(0, 90, count), unit="D")).astype(
            "datetime64[us]"
        )

    rows = pd.DataFrame({"k": rng.integers(0, 5, 400), "at": times(400), "n": np.arange(400.0)})
    other = pd.DataFrame({"k": rng.integers(0, 6, 300), "at": times(300)})
    other["w"] = np.arange(300.0)
    after = joined(
        rows, other, tmp_path, on=["k"], time="at", other_time="at", columns=["w"]
    )  # fmt: skip
    expected = pd.merge_asof(
        rows.sort_values("at", kind="stable"),
        other.sort_values("at", kind="stable"),
        on="at",
        by="k",
    ).sort_values("n", ignore_index=True)
    assert_frame_equal(after[["k", "at", "n", "w"]], expected[["k", "at", "n", "w"]])


def test_keys_of_different_types_and_unknown_columns_are_refused_in_a_sentence(
    tmp_path: Path,
) -> None:
    with pytest.raises(WrongColumnKind, match="'n' holds numbers, 'id' of the other table holds t"):
        joined(ROWS, PLANS, tmp_path, on={"n": "id"})
    with pytest.raises(UnknownColumn, match="no column 'idd'"):
        joined(ROWS, PLANS, tmp_path, on={"who": "idd"})
    with pytest.raises(InvalidParameter, match="two columns 'n'"):
        joined(ROWS, PLANS, tmp_path, on={"who": "id"}, prefix="")
    with pytest.raises(InvalidParameter, match="other_time"):
        JoinTable.of(source="plans.csv", on=["who"], several="newest")
    with pytest.raises(InvalidParameter, match="password"):
        JoinTable.of(source="postgresql://a:secret@db/x#table=t", on=["who"])


def test_a_table_that_was_not_read_is_asked_for(tmp_path: Path) -> None:
    step = JoinTable.of(source="plans.csv", on=["who"])
    with pytest.raises(NotReady, match=r"'plans.csv' has not been read"):
        prepare.preview(Recipe(steps=(step,)), parquet(tmp_path, ROWS))


def test_the_recipe_is_shown_as_sql_and_runs_as_python(tmp_path: Path) -> None:
    import duckdb

    path, others = parquet(tmp_path, ROWS), {"plans.csv": parquet(tmp_path, PLANS, "other")}
    step = JoinTable.of(source="plans.csv", on={"who": "id"})
    name = step.called("plans.csv")
    assert f"-- {name}: plans.csv" in prepare.as_sql(Recipe(steps=(step,)), path, others)
    space: dict[str, Any] = {}
    exec(prepare.as_python(Recipe(steps=(step,)), path, others), space)
    rows, other = (duckdb.read_parquet(str(file)) for file in (path, others["plans.csv"]))
    assert space["prepare"](rows, other).df()["plan"].fillna("-").tolist() == [
        "Flex", "Gold", "-", "-",
    ]  # fmt: skip


@pytest.mark.parametrize("dialect", ["duckdb", "databricks", "snowflake", "postgres"])
def test_looking_back_in_time_is_written_for_every_engine(dialect: str) -> None:
    columns = {"who": "string", "day": "timestamp(6)"}
    step = JoinTable.of(source="x.csv", on=["who"], time="day", other_time="day")
    told = step.given({"x.csv": ibis.schema({**columns, "fee": "float64"})})
    assert ibis.to_sql(told.apply(ibis.table(columns, name="rows"), ()), dialect=dialect)
