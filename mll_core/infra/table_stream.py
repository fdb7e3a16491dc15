"""Rows of a database to Parquet, batch by batch: memory does not grow with the rows."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.domain.connector import Progress
from mll_core.domain.errors import UnreadableSource
from mll_core.infra import files, text_layout

MOST_ROWS = 500_000_000
SECONDS = 4 * 3600.0
BATCH = 10_000


@dataclass(frozen=True)
class Stream:
    """Columns with their Arrow types, and batches of rows in the same order.

    ``types``: None leaves a column out. ``mend``: called with every value of a column.
    """

    names: Sequence[str]
    types: Sequence[pa.DataType | None]
    batches: Iterable[Sequence[Sequence[Any]]]
    mend: Sequence[Callable[[Any], Any] | None]


def write(stream: Stream, parquet: Path, progress: Progress) -> str:
    """Write all rows; how many rows and columns, and what was left out, in words.

    Raises UnreadableSource, NoRoom, what ``progress`` raises.
    """
    refuse_names(stream.names)
    kept = [i for i, kind in enumerate(stream.types) if kind is not None]
    schema = pa.schema([(stream.names[i], stream.types[i]) for i in kept])
    rows, started = 0, time.monotonic()
    with pq.ParquetWriter(parquet, schema, compression="zstd") as writer:
        for batch in stream.batches:
            columns = list(zip(*batch, strict=True))
            arrays = [_array(stream, i, columns[i]) for i in kept]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            rows += len(batch)
            files.need_room(parquet.parent, 0)
            progress(0.5, f"{rows:,} rows read")
            if rows > MOST_ROWS or time.monotonic() - started > SECONDS:
                what = f"After {rows:,} rows the table was not at its end."
                raise UnreadableSource(what, hint="Ask for fewer rows with a WHERE.")
    return summary(stream.names, kept, rows)


def refuse_names(names: Sequence[str]) -> None:
    """Raises UnreadableSource for tables with too many columns, or two of one name."""
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        hint = "Name them apart with AS."
        raise UnreadableSource(f"Two columns are called {twice!r}.", hint=hint)
    if len(names) > text_layout.MOST_COLUMNS:
        what = f"The table has {len(names):,} columns; at most {text_layout.MOST_COLUMNS:,}."
        raise UnreadableSource(what, hint="Ask for the columns that matter.")


def summary(names: Sequence[str], kept: Sequence[int], rows: int) -> str:
    """Columns and rows in words. Raises UnreadableSource when there are none."""
    if not kept or not rows:
        what = "no rows" if kept else "no columns that can be read"
        raise UnreadableSource(f"The answer has {what}.", hint="Look at the table or the query.")
    out = [repr(name) for i, name in enumerate(names) if i not in set(kept)]
    left = f"; left out, as they hold bytes: {', '.join(out)}" if out else ""
    return f"{len(kept):,} columns, {rows:,} rows{left}."


def _array(stream: Stream, i: int, values: Sequence[Any]) -> pa.Array:
    mend = stream.mend[i]
    mended = [None if v is None else mend(v) for v in values] if mend else values
    try:
        return pa.array(mended, type=stream.types[i])
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        what = f"The column {stream.names[i]!r} holds a value that is no {stream.types[i]}."
        raise UnreadableSource(what, hint="Convert it in a query with CAST.") from error
