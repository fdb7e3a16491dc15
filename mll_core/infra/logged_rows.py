"""The prediction log as a Parquet file for monitoring: raw columns, answers, outcomes."""

from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.domain.serving import LOG_COLUMNS
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.prediction_log import PredictionLog
from mll_core.infra.raw_rows import ARROW
from mll_core.infra.record_schema import READERS, Unfit
from mll_core.infra.scorer import schema_of

_BATCH = 20_000


def write(log: PredictionLog, model: FittedModel, parquet: Path, since: date | None = None) -> int:
    """Write what was logged since a day, oldest first; how many rows.

    Columns: those a record must have (a value that no longer fits the model's types is NULL), the
    target (NULL where no outcome came), and ``LOG_COLUMNS``. Streamed; 0 rows give an empty table.
    """
    schema = _schema(model)
    rows, written = log.rows(since), 0
    with pq.ParquetWriter(parquet, schema, compression="zstd") as writer:
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(_table(batch, model, schema))
            written += len(batch)
    return written


def _schema(model: FittedModel) -> pa.Schema:
    answer = pa.float64() if not model.task.classifies else pa.array(model.class_values).type
    kinds = schema_of(model).kinds
    types = (pa.string(), pa.int64(), pa.string(), pa.int64(), answer)
    logged = zip(LOG_COLUMNS, types, strict=True)
    raw = ((name, ARROW[kind]) for name, kind in kinds.items())
    return pa.schema([*raw, (model.target, answer), *logged])


def _table(batch: list[dict[str, Any]], model: FittedModel, schema: pa.Schema) -> pa.Table:
    columns: dict[str, list[Any]] = {
        model.target: [_label(model, row["actual"]) for row in batch],
        "_request_id": [row["request_id"] for row in batch],
        "_record": [row["record"] for row in batch],
        "_at": [row["at"] for row in batch],
        "_version": [row["version"] for row in batch],
        "_prediction": [_label(model, row["prediction"]["prediction"]) for row in batch],
    }
    for name, kind in schema_of(model).kinds.items():
        columns[name] = [_fitted(READERS[kind], row["input"].get(name)) for row in batch]
    return pa.table([pa.array(columns[f.name], f.type) for f in schema], schema=schema)


def _label(model: FittedModel, value: Any) -> Any:
    """An answer or outcome in the target's own type; None when it is of no class."""
    if value is None or not model.task.classifies:
        return value
    named = dict(zip(model.classes, model.class_values, strict=True))
    value = named.get(value, value) if isinstance(value, str) else value
    return value if value in model.class_values else None


def _fitted(read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return None if value is None else read(value)
    except Unfit:
        return None
