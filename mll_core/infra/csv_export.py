"""The one way a CSV file for people is written: no cell of it is a formula in a spreadsheet.

Source: OWASP, CSV Injection.
"""

from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

FORMULA = "^[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]"
"""How text begins that a spreadsheet would run, full-width forms too."""


class CsvWriter:
    """Writes Arrow tables to a CSV file, batch by batch.

    Text cells and headers that a spreadsheet would run get a leading apostrophe; numbers, dates and
    NULL stay as they are. ``raw`` leaves text as it is, for programs that read it again.
    """

    def __init__(self, path: Path | BinaryIO, layout: pa.Schema, *, raw: bool = False) -> None:
        self._raw = raw
        names = layout.names if raw else harmless(pa.array(layout.names, pa.string())).to_pylist()
        types = [_written(field.type) for field in layout]
        self._layout = pa.schema(list(zip(names, types, strict=True)))
        self._writer = pacsv.CSVWriter(path, self._layout)

    def __enter__(self) -> "CsvWriter":
        """The writer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """The file is whole."""
        self._writer.close()

    def write(self, table: pa.Table) -> None:
        """Add the rows of a table with the layout's columns."""
        plain = [_plain(column) for column in table.columns]
        columns = plain if self._raw else [harmless(column) for column in plain]
        self._writer.write_table(pa.table(columns, schema=self._layout))


def harmless(values: Any) -> Any:
    """An Arrow array whose text begins with an apostrophe where it would be run; NULL stays."""
    if not _is_text(values.type):
        return values
    quote, nothing = (pa.scalar(text, values.type) for text in ("'", ""))
    marked = pc.binary_join_element_wise(quote, values, nothing)
    return pc.if_else(pc.match_substring_regex(values, FORMULA), marked, values)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _written(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _written(kind.value_type)
    odd = pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_string_view(kind)
    return pa.string() if odd else kind


def _plain(values: Any) -> Any:
    """Lists, dictionaries and bytes as the text they are written as."""
    if pa.types.is_dictionary(values.type):
        return _plain(values.cast(values.type.value_type))
    if _written(values.type) == values.type:
        return values
    return pa.array([None if v is None else _text(v) for v in values.to_pylist()], pa.string())


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
