"""Raw rows as every recipe meets them: four kinds of column, whatever file or request they came by.

number float64, boolean bool, text string, time timestamp[us] in UTC; NaN is missing. A model
remembers the kind of each column; later rows are brought to it or refused by column.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mll_core.domain.errors import UnfitRows

Kind = Literal["number", "boolean", "text", "time"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ARROW: Mapping[str, pa.DataType] = {
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "text": pa.string(),
    "time": pa.timestamp("us"),
}
_WORDS = {"number": "numbers", "boolean": "true or false", "text": "text", "time": "dates"}
_TYPES = pa.types
_TRUTH = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


def kinds(rows: pd.DataFrame | pa.Table | Path) -> dict[str, Kind]:
    """The kind of each column, in order; one that holds no value at all is text."""
    if isinstance(rows, Path):
        return {field.name: _kind(field.type) for field in pq.read_schema(rows)}
    if isinstance(rows, pa.Table):
        return {field.name: _kind(field.type) for field in rows.schema}
    return {str(name): _kind(_array(rows, name).type) for name in rows.columns}


def conform(rows: pd.DataFrame | pa.Table, wanted: Mapping[str, Kind]) -> pa.Table:
    """Only the ``wanted`` columns, each of its kind. Raises UnfitRows naming what does not fit.

    Other columns are ignored. Numbers written as text are read, and whole numbers written where
    text was learned become that text: the same file may be typed otherwise another day.
    """
    present = set(rows.column_names if isinstance(rows, pa.Table) else rows.columns)
    if absent := [name for name in wanted if name not in present]:
        hint = "Send every column the model was trained on; a value may be missing, a column not."
        raise UnfitRows(
            f"The rows do not fit: no column {' nor '.join(map(repr, absent))}.", hint=hint
        )
    columns = {name: _conform(_array(rows, name), name, kind) for name, kind in wanted.items()}
    return pa.table(columns)


def normal(table: ir.Table) -> ir.Table:
    """The same four kinds as a query over any table; whole numbers stay whole. Order is kept."""
    changed = {}
    for name, dtype in table.schema().items():
        column = table[name]
        if dtype.is_floating() or dtype.is_decimal():
            number = column.cast("float64")
            changed[name] = number.isnan().ifelse(None, number)
        elif dtype.is_timestamp() or dtype.is_date():
            changed[name] = column.cast("timestamp(6)")
        elif dtype.is_integer():
            changed[name] = column.cast("int64" if str(dtype) != "uint64" else "float64")
        elif not (dtype.is_boolean() or dtype.is_string()):
            changed[name] = column.cast("string")
    return table.select([changed.get(n, table[n]).name(n) for n in table.columns])


def _kind(dtype: pa.DataType) -> Kind:
    if _TYPES.is_boolean(dtype):
        return "boolean"
    if _TYPES.is_integer(dtype) or _TYPES.is_floating(dtype) or _TYPES.is_decimal(dtype):
        return "number"
    return "time" if _TYPES.is_timestamp(dtype) or _TYPES.is_date(dtype) else "text"


def _array(rows: pd.DataFrame | pa.Table, name: str) -> pa.Array | pa.ChunkedArray:
    if isinstance(rows, pa.Table):
        return rows.column(name)
    try:
        return pa.array(rows[name], from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        # Values of several types in one column: text, as a file would have it.
        return pa.array([as_text(value) for value in rows[name]], type=pa.string())


def as_text(value: object) -> str | None:
    """One value as a file would write it: whole floats without a point, true, false; or None."""
    if value is None or value is pd.NA or value is pd.NaT or _is_nan(value):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value)) if whole and isinstance(value, float) else str(value)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _conform(values: pa.Array, name: str, kind: Kind) -> pa.Array:
    if _TYPES.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if _TYPES.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), None, values)
    if values.type == ARROW[kind]:
        return values
    try:
        converted = _TO[kind](values)
    except (pa.ArrowException, ValueError) as error:
        raise _unfit(name, kind) from error
    if converted is None:
        raise _unfit(name, kind)
    return converted


def _unfit(name: str, kind: Kind) -> UnfitRows:
    hint = f"Send {name!r} as it was in training, or as missing."
    return UnfitRows(f"The rows do not fit: column {name!r} must hold {_WORDS[kind]}.", hint=hint)


def _number(values: pa.Array) -> pa.Array | None:
    if _is_text(values.type):
        trimmed = pc.utf8_trim_whitespace(values)
        values = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
    elif _TYPES.is_temporal(values.type):
        return None
    return values.cast(pa.float64(), safe=False)


def _boolean(values: pa.Array) -> pa.Array | None:
    if _TYPES.is_temporal(values.type):
        return None
    words = pc.utf8_lower(pc.utf8_trim_whitespace(values.cast(pa.string(), safe=False)))
    texts = words.to_pylist()
    if any(text is not None and text not in _TRUTH for text in texts):
        return None
    return pa.array([None if text is None else _TRUTH[text] for text in texts], type=pa.bool_())


def _text(values: pa.Array) -> pa.Array:
    if _TYPES.is_floating(values.type) or _TYPES.is_nested(values.type):
        return pa.array([as_text(value) for value in values.to_pylist()], type=pa.string())
    return values.cast(pa.string(), safe=False)


def _time(values: pa.Array) -> pa.Array | None:
    known = _TYPES.is_temporal(values.type) or _TYPES.is_null(values.type)
    return values.cast(pa.timestamp("us"), safe=False) if known or _is_text(values.type) else None


def _is_text(dtype: pa.DataType) -> bool:
    return bool(_TYPES.is_string(dtype) or _TYPES.is_large_string(dtype))


_TO = {"number": _number, "boolean": _boolean, "text": _text, "time": _time}
