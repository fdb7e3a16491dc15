"""Shaping steps carry the numbers of the raw rows."""

import ibis
import pyarrow as pa
import pytest

from mll_core.domain.errors import UnknownColumn, nearest
from mll_core.domain.provenance import ROW, collected, shown
from mll_core.infra import warehouse
from mll_core.plugins.steps.aggregate_rows import AggregateRows
from mll_core.plugins.steps.drop_columns import DropColumns
from mll_core.plugins.steps.drop_duplicates import DropDuplicates
from mll_core.plugins.steps.filter_rows import FilterRows

ROWS = pa.table({"city": ["Bonn", "Bonn", "Kiel"], ROW: [0, 1, 2]})


def test_rows_that_differ_only_in_their_number_are_duplicates() -> None:
    query = DropDuplicates.of().apply(warehouse.table(ROWS), ())
    assert warehouse.records(query, ROWS) == ({"city": "Bonn", ROW: 0}, {"city": "Kiel", ROW: 2})


def test_a_row_made_of_several_knows_them_all_also_when_it_is_made_again() -> None:
    once = AggregateRows.of(by=["city"]).apply(warehouse.table(ROWS), ()).view()
    assert [row[ROW] for row in warehouse.records(once, ROWS)] == [[0, 1], [2]]
    twice = once.aggregate(**collected(once))
    assert [sorted(row[ROW]) for row in warehouse.records(twice, ROWS)] == [[0, 1, 2]]


def test_the_number_is_not_among_the_columns_of_a_person() -> None:
    assert shown(warehouse.table(ROWS)) == ["city"]
    assert collected(ibis.table({"city": "string"})) == {}


def test_the_number_is_neither_offered_nor_taken() -> None:
    schema = warehouse.table(ROWS).schema()
    for step in (FilterRows.of(formula="town > 1"), FilterRows.of(formula=f"`{ROW}` > 1")):
        with pytest.raises(UnknownColumn) as caught:
            step.check(schema)
        assert caught.value.hint.removesuffix(" Text stands between quotes.") in (
            "Choose from: city.",
            "Did you mean 'city'?",
        )
    with pytest.raises(UnknownColumn):
        DropColumns.of(columns=[ROW]).check(schema)


def test_a_wide_table_is_not_listed_whole_in_a_hint() -> None:
    hint = nearest("town", [f"c{number}" for number in range(5000)])
    assert hint.endswith("c18, c19 and 4,980 more.")
