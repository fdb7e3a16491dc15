"""From few records to scores without a frame: the same numbers to the last bit, in less time.

The parts are the model's own: its recipe's query, planned once; its encodings; its estimator.
Whether the numbers are the same is tried out on rows each time a model is loaded, and for every
kind of model on many rows by the tests; a model that would differ is answered the long way.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from mll_core.domain.task import Floats
from mll_core.infra import raw_rows
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.flat_sql import FlatQuery, flat
from mll_core.infra.prepared_query import PreparedQuery
from mll_core.infra.swift_trees import swift

LOG = logging.getLogger("mll.scoring")
FEW = 200
Columns = Mapping[str, Sequence[Any]]
"""Values by raw column, each None or of its kind: float, bool, str, datetime."""


class QuickPath:
    """The way of few records through one model; see ``proved``."""

    def __init__(self, model: FittedModel, query: FlatQuery | None) -> None:
        self._model = model
        self._estimator = swift(model.estimator)
        self._query = query
        if query is not None and query.sql:
            kinds = model.transformer.kinds_
            self._schema = pa.schema([(n, raw_rows.ARROW[kinds[n]]) for n in query.inputs])
            self._prepared = PreparedQuery(query.sql, self._schema)

    @classmethod
    def proved(cls, model: FittedModel, rows: pd.DataFrame | None) -> Self | None:
        """The quick path, when it gives the bits of the long one for ``rows`` and odd ones."""
        sql = model.transformer.sql_
        query = flat(sql) if sql else None
        if sql and query is None:
            return None
        probes = _probes(model, rows)
        columns = {str(name): probes[name].tolist() for name in probes}
        try:
            quick = cls(model, query)
            same = np.array_equal(quick.score(columns, len(probes)), model.score(probes))
        except Exception:
            LOG.exception("a model is answered the long way: its quick path does not work")
            return None
        if not same:
            LOG.warning("a model is answered the long way: its quick path gives other numbers")
        return quick if same else None

    def score(self, columns: Columns, count: int) -> Floats:
        """What ``FittedModel.score`` says of these ``count`` records."""
        return self._model.score_matrix(self.matrix(columns, count), self._estimator)

    def matrix(self, columns: Columns, count: int) -> Matrix:
        """What ``FittedModel.matrix`` makes of these ``count`` records."""
        encoder, at = self._model.encoder, 0
        ready = self._prepared_columns(columns) if self._query else columns
        matrix = np.empty((count, len(encoder.features)), np.float32)
        for encoding in encoder.columns:
            width = len(encoding.features)
            matrix[:, at : at + width] = encoding.encode_values(ready[encoding.column])
            at += width
        return matrix

    def _prepared_columns(self, columns: Columns) -> Columns:
        assert self._query is not None
        ready = {name: columns[source] for name, source in self._query.passed.items()}
        if self._query.sql:
            arrays = [pa.array(columns[field.name], field.type) for field in self._schema]
            found = self._prepared.run(pa.record_batch(arrays, schema=self._schema))
            ready.update(zip(self._query.computed, zip(*found, strict=True), strict=True))
        return ready


def plain(value: Any) -> Any:
    """A value of a frame as a record has it."""
    if value is None or value is pd.NaT or value is pd.NA or (value != value):  # noqa: PLR0124  # NaN
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if isinstance(value, np.generic) else value


_ODD = {
    "number": (0.0, -1.0, 1e12, -1e12, 1e-12),
    "boolean": (True, False),
    "text": ("", "never seen", " a", "1", "2024-01-31"),
    "time": (pd.Timestamp("1969-12-31 23:59:59"), pd.Timestamp("2100-02-28")),
}

MOST_ODD = 1 + max(map(len, _ODD.values()))


def _probes(model: FittedModel, rows: pd.DataFrame | None) -> pd.DataFrame:
    """The rows, and rows that hold odd and missing values: at most 200."""
    kinds = model.transformer.kinds_
    wanted: dict[str, list[Any]] = {}
    for place, (name, kind) in enumerate(kinds.items()):
        values = (*_ODD[kind], None)
        wanted[name] = [values[(row + place) % len(values)] for row in range(2 * MOST_ODD)]
        wanted[name].append(None)
    if rows is not None:
        wanted = {name: [*rows[name].tolist()[:100], *odd] for name, odd in wanted.items()}
    return pd.DataFrame({n: pd.Series(map(plain, v), dtype=object) for n, v in wanted.items()})
