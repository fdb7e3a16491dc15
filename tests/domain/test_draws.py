"""Rows that are drawn to be learned from."""

from functools import partial

import numpy as np
import pyarrow as pa
import pytest

from mll_core.domain import draws
from mll_core.domain.step import Learned
from mll_core.infra import warehouse
from mll_core.plugins.steps.bin_numbers import BinNumbers


def drawn(values: list[float], most: int) -> Learned:
    rows = pa.table({"x": values})
    return warehouse.records(draws.drawn(warehouse.table(rows), most), rows)


def test_values_that_stand_in_many_rows_take_one_place() -> None:
    rows = drawn([1.0, 2.0, 3.0] * 100, 3)
    assert sorted((row["x"], row["n"]) for row in rows) == [(1.0, 100), (2.0, 100), (3.0, 100)]


def test_the_order_of_rows_draws_the_same_and_one_row_more_changes_no_other() -> None:
    values = np.random.default_rng(0).normal(size=200).tolist()
    few = [row["x"] for row in drawn(values, 50)]
    assert [row["x"] for row in drawn(values[::-1], 50)] == few
    more = [row["x"] for row in drawn([*values, 7.5], 50)]
    assert len({*more} ^ {*few}) in (0, 2)


@pytest.mark.parametrize(
    ("counts", "most", "wanted"),
    [([1, 2], 5, [1, 2]), ([10, 1, 1], 6, [4, 1, 1]), ([9, 9], 2, [1, 1]), ([], 5, [])],
)
def test_rows_come_as_often_as_there_is_room(
    counts: list[int], most: int, wanted: list[int]
) -> None:
    rows = draws.each(tuple({"x": i, "n": n} for i, n in enumerate(counts)), most)
    assert [sum(row["x"] == i for row in rows) for i in range(len(counts))] == wanted


def test_gaps_between_few_values_are_found_among_very_many_rows() -> None:
    rows = pa.table({"x": [1.0, 2.0, 50.0, 51.0] * 5_000})
    table = warehouse.table(rows)
    step = BinNumbers(column="x", how="gaps", bins=2, into="of")
    asked = step.learn(table)
    assert asked is not None
    learned = step.summarise(partial(warehouse.records, rows=rows)(asked))
    assert [row["limit"] for row in learned] == [26.0]
