"""Shaping steps carry the numbers of the raw rows."""

import ibis
import pyarrow as pa

from mll_core.domain.provenance import ROW, collected, shown
from mll_core.infra import warehouse
from mll_core.plugins.steps.aggregate_rows import AggregateRows
from mll_core.plugins.steps.drop_duplicates import DropDuplicates

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
