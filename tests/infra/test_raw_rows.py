import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from mll_core.domain.errors import UnfitRows
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.raw_rows import Kind

DAY = dt.datetime(2024, 2, 29)


def one(values: Any, kind: Kind) -> list[Any]:
    rows = pa.table({"x": values}) if isinstance(values, pa.Array) else pd.DataFrame({"x": values})
    return raw_rows.conform(rows, {"x": kind})["x"].to_pylist()


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, 2], "number", [1.0, 2.0]),
        ([True, None], "number", [1.0, None]),
        ([" 1.5", "", None], "number", [1.5, None, None]),
        ([float("nan"), 1.0], "number", [None, 1.0]),
        ([Decimal("1.50")], "number", [1.5]),
        ([1.0, None, 2.5], "text", ["1", None, "2.5"]),
        ([True, None], "text", ["true", None]),
        (["a", 5, None], "text", ["a", "5", None]),
        ([1, 0, None], "boolean", [True, False, None]),
        (["True", "false"], "boolean", [True, False]),
        (["2024-02-29"], "time", [DAY]),
        (pa.array([dt.date(2024, 2, 29)]), "time", [DAY]),
        (pa.array(["a", "b"]).dictionary_encode(), "text", ["a", "b"]),
        (pa.nulls(2), "number", [None, None]),
        (pa.array([DAY], pa.timestamp("ns", "UTC")), "time", [DAY]),
    ],
)
def test_values_are_brought_to_the_kind_that_was_learned(
    values: Any, kind: Kind, expected: list[Any]
) -> None:
    assert one(values, kind) == expected


@pytest.mark.parametrize(
    ("values", "kind"),
    [(["one"], "number"), ([DAY], "number"), ([2], "boolean"), (["maybe"], "boolean"),
     ([5], "time"), (["soon"], "time")],
)  # fmt: skip
def test_values_that_cannot_be_are_refused_by_column(values: Any, kind: Kind) -> None:
    with pytest.raises(UnfitRows, match="column 'x' must hold"):
        one(values, kind)


def test_every_missing_column_is_named_and_more_columns_do_no_harm() -> None:
    rows = pd.DataFrame({"a": [1], "z": [object()]})
    assert raw_rows.conform(rows, {"a": "number"}).column_names == ["a"]
    with pytest.raises(UnfitRows, match="no column 'b' nor 'c'"):
        raw_rows.conform(rows, {"a": "number", "b": "text", "c": "text"})


def test_a_file_of_any_types_becomes_the_four_kinds() -> None:
    rows = warehouse.query(
        "SELECT 1::TINYINT i, 1.5::DECIMAL(4, 2) d, 'nan'::FLOAT f, DATE '2024-02-29' t, [1, 2] l,"
        " TIMESTAMPTZ '2024-02-29 02:00+02' z, TIME '10:00' c, 18446744073709551615::UBIGINT u"
    )
    normal = raw_rows.normal(warehouse.table(rows))
    (row,) = warehouse.records(normal, rows)
    assert row == {
        "i": 1,
        "d": 1.5,
        "f": None,
        "t": DAY,
        "l": "[1, 2]",
        "z": DAY,
        "c": "10:00:00",
        "u": 2.0**64,
    }
