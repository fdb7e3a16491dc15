"""Stage 6, deploy: a whole file scored, and what a caller of the service must send."""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.domain.conformal import Band
from mll_core.domain.errors import InvalidParameter, UnfitRows, nearest
from mll_core.domain.task import Floats
from mll_core.infra.csv_export import CsvWriter
from mll_core.infra.files import disk_errors, settle
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.record_schema import LONGEST_TEXT
from mll_core.infra.scorer import schema_of

BATCH = 50_000
_SHORT = 20
_LEVELS = 10


def score_file(
    model: FittedModel,
    source: Path,
    out: Path,
    *,
    keys: Sequence[str] = (),
    proba: bool = False,
    raw_text: bool = False,
) -> int:
    """Score every row of a Parquet file into ``out`` (.csv or .parquet), streamed; how many rows.

    Columns: ``keys``, ``prediction`` (the target's own values), with ``proba`` a
    ``probability_<class>`` each, for numbers ``low`` and ``high`` when the model knows its errors.
    ``out`` appears whole or not at all. CSV text that a spreadsheet would run gets a leading
    apostrophe, unless ``raw_text``. Raises UnfitRows (before anything is written for missing
    columns), InvalidParameter, NoRoom.
    """
    open_writer = _writer_for(out, raw_text)
    file = pq.ParquetFile(source)
    needed = list(schema_of(model).kinds)
    _need(file.schema_arrow.names, [*needed, *keys])
    columns = list(dict.fromkeys([*needed, *keys]))
    layout = _layout(model, file.schema_arrow, keys, proba)
    temporary = out.with_name(f".{out.name}.{uuid4().hex}")
    rows = 0
    try:
        with disk_errors(out.parent), open_writer(temporary, layout) as writer:
            for batch in file.iter_batches(BATCH, columns=columns):
                table = pa.Table.from_batches([batch])
                writer.write(_answers(model, table, keys, layout))
                rows += len(table)
        settle(temporary, out)
    finally:
        temporary.unlink(missing_ok=True)
    return rows


def json_schema(model: FittedModel, *, background: pd.DataFrame | None = None) -> dict[str, Any]:
    """The JSON Schema of one raw record, with an example; null says that a value is not known.

    The example is nobody's record: the most frequent category and the median of ``background``.
    """
    kinds = schema_of(model).kinds
    levels = {f.source: f.levels for f in model.encoder.features if f.kind == "category"}
    properties = {
        name: _property(kind, levels.get(name, ()) if kind == "text" else ())
        for name, kind in kinds.items()
    }
    example = {name: about["examples"][0] for name, about in properties.items()}
    if background is not None:
        example |= _medians(background, kinds)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A record to predict {model.target!r} of",
        "type": "object",
        "properties": properties,
        "required": list(kinds),
        "additionalProperties": False,
        "examples": [example],
        "example": example,
    }


_PROPERTIES: dict[str, dict[str, Any]] = {
    "number": {"type": ["number", "null"], "examples": [0.0]},
    "boolean": {"type": ["boolean", "null"], "examples": [True]},
    "text": {"type": ["string", "null"], "maxLength": LONGEST_TEXT, "examples": ["text"]},
    "time": {
        "type": ["string", "null"],
        "description": "ISO 8601, 2024-01-31 or 2024-01-31T12:00:00; without a zone it is UTC",
        "examples": ["2024-01-31"],
    },
}


def _property(kind: str, levels: Sequence[str]) -> dict[str, Any]:
    known = {"examples": list(levels[:_LEVELS])} if levels else {}
    return {**_PROPERTIES[kind], **known}


def _medians(background: pd.DataFrame, kinds: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in (name for name, kind in kinds.items() if kind in ("number", "time")):
        values = background[name].dropna().sort_values()
        if len(values):
            middle = values.iloc[len(values) // 2]
            found[name] = float(middle) if kinds[name] == "number" else middle.isoformat()
    for name in (name for name, kind in kinds.items() if kind == "text"):
        values = background[name].dropna().mode()
        if len(values) and len(values.iloc[0]) <= _SHORT:  # never somebody's free text
            found[name] = str(values.iloc[0])
    return found


def _need(there: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in dict.fromkeys(needed) if name not in there]
    if missing:
        names = ", ".join(map(repr, missing))
        what = f"The file has no column {names}." if len(missing) == 1 else f"It lacks {names}."
        raise UnfitRows(
            what, hint=f"{nearest(missing[0], there)} A column may be empty, not absent."
        )


def _layout(model: FittedModel, given: pa.Schema, keys: Sequence[str], proba: bool) -> pa.Schema:
    numeric = not model.task.classifies
    answer = pa.float64() if numeric else pa.array(model.class_values).type
    fields = [(name, given.field(name).type) for name in keys] + [("prediction", answer)]
    if isinstance(model.reach, Band):
        fields += [("low", pa.float64()), ("high", pa.float64())]
    if proba and not numeric:
        fields += [(f"probability_{name}", pa.float64()) for name in model.classes]
    names = [name for name, _ in fields]
    if twice := next((name for name in names if names.count(name) > 1), None):
        what = f"The key column {twice!r} has the name of a column of the answer."
        raise InvalidParameter(what, hint="Rename it in the source, or leave it out of the keys.")
    return pa.schema(fields)


def _answers(
    model: FittedModel, table: pa.Table, keys: Sequence[str], layout: pa.Schema
) -> pa.Table:
    score = model.score(table.to_pandas(date_as_object=False))
    columns = [table.column(name) for name in keys] + _predictions(model, score)
    if len(columns) < len(layout) and model.task.classifies:
        columns += [pa.array(score[:, code]) for code in range(len(model.classes))]
    return pa.table(columns, schema=layout)


def _predictions(model: FittedModel, score: Floats) -> list[pa.Array]:
    decided = model.decide(score)
    if model.task.classifies:
        return [pa.array(model.class_values).take(pa.array(decided.astype(np.int64)))]
    ends = model.reach.around(decided) if isinstance(model.reach, Band) else ()
    return [pa.array(np.asarray(values, np.float64)) for values in (decided, *ends)]


class _ParquetWriter:
    """Writes batches to a Parquet file."""

    def __init__(self, path: Path, layout: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, layout, compression="zstd")

    def __enter__(self) -> "_ParquetWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table)


def _writer_for(out: Path, raw_text: bool) -> Callable[[Path, pa.Schema], Any]:
    writers: dict[str, Callable[[Path, pa.Schema], Any]] = {
        ".csv": partial(CsvWriter, raw=raw_text),
        ".parquet": _ParquetWriter,
    }
    if out.suffix.lower() not in writers:
        what = f"{out.name}: answers are written as .csv or .parquet."
        raise InvalidParameter(what, hint="Give -o a name with one of these endings.")
    if out.is_dir() or not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        what = f"Cannot write {out}: not a file in a folder that can be written to."
        raise InvalidParameter(what, hint="Give a file name in a folder that is there.")
    return writers[out.suffix.lower()]
