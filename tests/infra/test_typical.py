from datetime import datetime

import pyarrow as pa

from mll_core.infra import typical


def test_a_usual_row_has_medians_and_the_commonest_values() -> None:
    day = datetime(2026, 5, 1)
    table = pa.table(
        {
            "age": [*range(20, 41), None],
            "plan": ["basic"] * 12 + ["plus"] * 10,
            "since": [day] * 21 + [None],
            "active": [True] * 15 + [False] * 7,
        }
    )
    assert typical.row(table, table.column_names) == {
        "age": 30.0,
        "plan": "basic",
        "since": day,
        "active": True,
    }


def test_what_few_rows_hold_tells_nobody() -> None:
    names = pa.array([f"person {i}" for i in range(50)]).dictionary_encode()
    table = pa.table({"name": names, "rare": [7.0] * 9 + [None] * 41, "none": pa.nulls(50)})
    assert typical.row(table, table.column_names) == {"name": None, "rare": None, "none": None}


def test_a_median_is_told_to_three_figures_and_endless_numbers_do_not_count() -> None:
    table = pa.table({"income": [123_456.0] * 21 + [float("inf")] * 20})
    assert typical.row(table, ["income"]) == {"income": 123_000.0}


def test_of_values_equally_common_the_first_is_taken() -> None:
    table = pa.table({"town": ["b"] * 10 + ["a"] * 10})
    assert typical.row(table, ["town"]) == {"town": "a"}
