"""Values written out in a query: exact numbers, and text read as a column's type."""

from typing import Any

import ibis
import ibis.expr.datatypes as dt


def read_value(text: str, dtype: dt.DataType) -> Any:
    """``text`` as a value of ``dtype`` (text, number, true or false, date), or None."""
    import pandas as pd

    if dtype.is_string():
        return text
    if dtype.is_boolean():
        return {"true": True, "false": False}.get(text.strip().lower())
    try:
        if dtype.is_numeric():
            return float(text)
        moment = pd.Timestamp(text) if dtype.is_timestamp() else pd.NaT
    except (ValueError, OverflowError):
        return None
    return None if moment is pd.NaT else moment.tz_localize(None).to_pydatetime()


def exact(number: float) -> Any:
    """A number as float64 in a query, bit for bit; written plainly it would be a decimal."""
    return ibis.literal(repr(float(number))).cast("float64")


def literal(value: Any, dtype: dt.DataType) -> Any:
    """A value of a column's type in a query."""
    return exact(value) if dtype.is_numeric() else ibis.literal(value, type=dtype)
