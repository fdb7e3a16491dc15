"""Which raw rows went into the test, through every kind of step that chooses or shapes rows."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from samples import parquet

from mll_core.domain.data import Split
from mll_core.domain.errors import Stopped
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.step import Step
from mll_core.domain.task import Task
from mll_core.infra import raw_numbers
from mll_core.infra.objects import ObjectStore
from mll_core.plugins.steps.aggregate_rows import AggregateRows
from mll_core.plugins.steps.drop_duplicates import DropDuplicates
from mll_core.plugins.steps.filter_rows import FilterRows
from mll_core.plugins.steps.sample_rows import SampleRows
from mll_core.plugins.steps.sort_rows import SortRows
from mll_core.plugins.steps.unpivot_columns import UnpivotColumns
from mll_core.stages import prepare

N = 200
ROWS = pd.DataFrame(
    {
        "id": [f"r{i}" for i in range(N)],
        "who": [f"c{i % 50}" for i in range(N)],
        "x": np.arange(N) * 1.5,
        "file_row_number": range(N, 0, -1),
        "y": ["yes" if i % 3 else "no" for i in range(N)],
    }
)


def split(home: Path, rows: pd.DataFrame, *steps: Step, **section: Any) -> Split:
    plan = prepare.SplitPlan(SplitSection(**section), "y", Task.BINARY)
    return prepare.split(Recipe(steps=steps), parquet(home, rows), plan, ObjectStore(home))


def column(path: Path, name: str) -> list[Any]:
    return [value for (value,) in duckdb.sql(f"SELECT \"{name}\" FROM '{path}'").fetchall()]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (FilterRows(formula="x > 60"),),
        (SampleRows(share=0.6), SortRows(columns=("who", "x"), descending=True)),
        (UnpivotColumns(columns=("x", "file_row_number")), FilterRows(formula="value > 3")),
        (AggregateRows(by=("id", "y"), columns=("x",)),),
    ],
    ids=["none", "filter", "sample and sort", "unpivot", "aggregate"],
)
def test_the_sealed_numbers_are_those_of_the_test_rows(
    tmp_path: Path, steps: tuple[Step, ...]
) -> None:
    by_row = {"group_column": "id"} if len(steps) == 2 else {}
    made = split(tmp_path, ROWS, *steps, **by_row)
    objects = ObjectStore(tmp_path)
    tested = set(column(objects.path(made.test.sha256), "id"))
    numbers = column(objects.path(made.sealed.sha256), raw_numbers.COLUMN)
    assert numbers == sorted(numbers)
    assert set(ROWS["id"].iloc[numbers]) == tested
    for version in (made.shaped, made.development, made.test):
        assert set(version.names) <= {*ROWS.columns, "name", "value", "rows", "x_sum", "x_mean"}


def test_a_row_made_of_several_seals_all_of_them(tmp_path: Path) -> None:
    made = split(tmp_path, ROWS, AggregateRows(by=("who", "y"), columns=("x",)))
    objects = ObjectStore(tmp_path)
    tested = duckdb.sql(f"SELECT who, y FROM '{objects.path(made.test.sha256)}'").fetchall()
    numbers = column(objects.path(made.sealed.sha256), raw_numbers.COLUMN)
    assert set(ROWS[["who", "y"]].iloc[numbers].itertuples(index=False, name=None)) == set(tested)
    assert len(numbers) == ROWS[["who", "y"]].apply(tuple, axis=1).isin(tested).sum()


def test_a_dropped_twin_of_a_sealed_row_is_sealed_too(tmp_path: Path) -> None:
    twice = pd.concat([ROWS, ROWS], ignore_index=True)
    made = split(tmp_path, twice, DropDuplicates())
    numbers = column(ObjectStore(tmp_path).path(made.sealed.sha256), raw_numbers.COLUMN)
    assert len(numbers) == 2 * made.test.rows > 0
    assert set(numbers) == {*(n for n in numbers if n < N), *(n + N for n in numbers if n < N)}
    assert made.test.rows + made.development.rows == N
    assert 0.15 < made.test.rows / N < 0.25  # copies go with the first, not each its own way


def test_rows_get_what_is_known_of_the_row_they_went_into() -> None:
    values = np.array([7, 8, 9], dtype=np.int8)
    plain = raw_numbers.spread(values, pa.chunked_array([[4, 0, 1]]), 6, rest=3)
    assert plain.tolist() == [8, 9, 3, 3, 7, 3]
    lists = pa.chunked_array([[[1, 2], [], [0]]], type=pa.list_(pa.int64()))
    assert raw_numbers.spread(values, lists, 4, rest=3).tolist() == [9, 7, 7, 3]
    nested = pa.chunked_array([[[[1], []], [], [[0, 3], [2]]]])
    assert raw_numbers.spread(values, nested, 5, rest=3).tolist() == [9, 7, 9, 9, 3]


def test_a_newer_version_is_searched_for_the_same_rows(tmp_path: Path) -> None:
    made = split(tmp_path, ROWS)
    numbers = ObjectStore(tmp_path).path(made.sealed.sha256)
    raw = parquet(tmp_path, ROWS, "old")
    newer = pd.concat([ROWS.tail(50), ROWS.head(100).assign(x=-1.0), ROWS.head(20)])
    found = raw_numbers.same_in(parquet(tmp_path, newer.assign(more=1), "newer"), raw, numbers)
    sealed = set(column(numbers, raw_numbers.COLUMN))
    wanted = [
        n for n, row in enumerate([*range(150, 200), *[-1] * 100, *range(20)]) if row in sealed
    ]
    assert sorted(found) == wanted
    alone = parquet(tmp_path, pd.DataFrame({"other": [1]}), "alone")
    assert not len(raw_numbers.same_in(alone, raw, numbers))


def test_it_is_told_how_far_the_choice_is_and_it_can_be_stopped(tmp_path: Path) -> None:
    told: list[str] = []

    def stop(share: float, message: str) -> None:
        told.append(message)
        raise Stopped("Stopped on request.", hint="")

    many = pd.concat([ROWS] * 2_000)
    with pytest.raises(Stopped):
        raw_numbers.carried(
            Recipe(steps=(SampleRows(share=0.5),)), parquet(tmp_path, many), None, stop
        )
    assert told == ["Choosing the rows"]


def test_what_came_from_another_table_is_told_of_no_raw_row() -> None:
    values = np.array([1, 2, 3], dtype=np.int8)
    rows = pa.chunked_array([pa.array([2, None, 0], pa.int64())])
    assert raw_numbers.spread(values, rows, 4, rest=9).tolist() == [3, 9, 1, 9]
    sets = pa.chunked_array([pa.array([[1, None], [], [3]], pa.list_(pa.int64()))])
    assert raw_numbers.spread(values, sets, 4, rest=9).tolist() == [9, 1, 9, 3]
