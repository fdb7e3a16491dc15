"""A query that is planned once and then run over one handful of rows after the other."""

import threading
from typing import Any

import duckdb
import pyarrow as pa

from mll_core.infra import warehouse


class PreparedQuery:
    """The plan of a query costs ten times its run over few rows. Safe in many threads."""

    def __init__(self, sql: str, schema: pa.Schema) -> None:
        self._sql = sql
        self._schema = schema
        self._mine = threading.local()  # a plan belongs to one connection, that to one thread

    def run(self, rows: pa.RecordBatch) -> list[tuple[Any, ...]]:
        """The result over ``rows``, which have the schema, in their order; NULL is None."""
        cursor, now = self._planned()
        now.rows = rows
        return cursor.execute("EXECUTE prepared").fetchall()

    def _planned(self) -> "tuple[duckdb.DuckDBPyConnection, _Now]":
        if not hasattr(self._mine, "plan"):
            cursor, now = warehouse.connect(), _Now(self._schema)
            cursor.register(warehouse.ROWS, now)
            cursor.execute(f"PREPARE prepared AS {self._sql}")
            self._mine.plan = cursor, now
        plan: tuple[duckdb.DuckDBPyConnection, _Now] = self._mine.plan
        return plan


class _Now:
    """A table that is asked for its rows each time the query runs (Arrow's stream interface)."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.rows = pa.RecordBatch.from_pylist([], schema)

    def __arrow_c_schema__(self) -> object:
        return self.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        reader = pa.RecordBatchReader.from_batches(self.schema, [self.rows])
        return reader.__arrow_c_stream__(requested_schema)
