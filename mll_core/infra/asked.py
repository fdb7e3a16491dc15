"""The inside of the SQL console: one question, in a cage, over one sealed file."""

import math
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

import duckdb

from mll_core.domain.connector import Progress
from mll_core.domain.errors import UnfitQuestion
from mll_core.infra import refusals, warehouse
from mll_core.infra.csv_export import CsvWriter

MEMORY = "512MB"
ENOUGH = 4 << 20
"""Bytes of text after which a page is cut off."""
CELL = 10_000
"""Letters after which a cell is cut off."""
_BATCH = 200
_BATCH_OF_FILES = 10_000
_PLAIN = re.compile("BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|VARCHAR")
"""Types whose values are told as they are; of all others, the text a person would read."""
_IN_FILES = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG)?INT(EGER)?|FLOAT|DOUBLE|VARCHAR|DECIMAL\(.*\)|DATE|TIME(STAMP)?"
)
_EXACT = 2**53
_END = re.compile(r";(?:\s|;|--[^\n]*(?:\n|$)|/\*.*?\*/)*\Z", re.DOTALL)
_LOCKS = (
    "SET enable_progress_bar = false",
    "SET TimeZone = 'UTC'",
    "SET ieee_floating_point_ops = false",  # a division by zero is missing, not infinite
    "SET error_on_division_by_zero = false",
    "SET secret_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_ASKING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI)


def answer(*, question: dict[str, Any], progress: Progress, source: int = -1) -> dict[str, Any]:
    """The first rows of the answer, as JSON. Raises UnfitQuestion, NoRoom."""
    start, limit = time.monotonic(), question["limit"]
    engine = _engine(question, source)
    with refusals.explained(engine):
        asked = _Asked.of(engine, question["sql"])
        rows, more = _page(_told(asked.rows(limit + 1), asked.types), limit)
    pairs = zip(asked.names, asked.types, strict=True)
    return {
        "columns": [{"name": name[:CELL], "type": dtype} for name, dtype in pairs],
        "rows": rows,
        "more": more,
        "seconds": round(time.monotonic() - start, 3),
    }


def tables(
    *, question: dict[str, Any], progress: Progress, source: int = -1
) -> list[dict[str, Any]]:
    """What can be asked: tables, their rows, columns and types."""
    engine = _engine(question, source)
    found = engine.execute("SHOW TABLES").fetchall()
    return [_table(engine, name) for (name,) in sorted(found, reverse=True)]


def write(*, question: dict[str, Any], into: int, progress: Progress, source: int = -1) -> int:
    """Write the answer to the descriptor ``into``; how many rows. Raises UnfitQuestion, NoRoom."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    engine, rows = _engine(question, source), 0
    with refusals.explained(engine), os.fdopen(into, "wb") as out:
        asked = _Asked.of(engine, question["sql"])
        names, reader = asked.stream(question["limit"], text=question["csv"])
        layout = pa.schema([f.with_name(n) for f, n in zip(reader.schema, names, strict=True)])
        writer_class = CsvWriter if question["csv"] else pq.ParquetWriter
        with writer_class(out, layout) as writer:
            for batch in reader:
                rows += batch.num_rows
                writer.write(pa.Table.from_arrays(batch.columns, schema=layout))
    return rows


def _engine(question: dict[str, Any], source: int) -> duckdb.DuckDBPyConnection:
    os.environ["HOME"] = "/"  # the engine tells where its folders would be
    engine = duckdb.connect(
        question["file"] or f"/proc/self/fd/{source}",
        read_only=True,
        config={
            "memory_limit": MEMORY,
            "threads": 2,
            "temp_directory": "",
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
        },
    )
    engine.execute(f"SET max_execution_time = {int(1000 * question['seconds'])}")
    for lock in _LOCKS:
        engine.execute(lock)
    return engine


def _only(engine: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The one statement of a question, without its end. Raises UnfitQuestion."""
    statements = engine.extract_statements(sql)
    if not statements:
        raise UnfitQuestion("There is no question yet.", hint="Write one, or take an example.")
    if len(statements) > 1:
        what = f"These are {len(statements)} questions; one is answered at a time."
        raise UnfitQuestion(what, hint="Ask them one after the other.")
    if statements[0].type not in _ASKING:
        raise refusals.only_reads()
    text = str(statements[0].query)
    cut = _END.sub("", text)
    return cut if _parses(engine, cut) else text


def _parses(engine: duckdb.DuckDBPyConnection, sql: str) -> bool:
    try:
        return len(engine.extract_statements(sql)) == 1
    except duckdb.Error:
        return False


@dataclass(frozen=True)
class _Asked:
    """A question understood: names and types of its answer are known, no row is."""

    engine: duckdb.DuckDBPyConnection
    text: str
    relation: duckdb.DuckDBPyRelation

    @classmethod
    def of(cls, engine: duckdb.DuckDBPyConnection, sql: str) -> "_Asked":
        text = _only(engine, sql)
        return cls(engine, text, _bound(engine, text))

    @property
    def names(self) -> list[str]:
        return list(self.relation.columns)

    @property
    def types(self) -> list[str]:
        return [str(dtype) for dtype in self.relation.types]

    def rows(self, most: int) -> Iterator[tuple[Any, ...]]:
        """The first rows; cells of other than plain types are text."""
        if self._explains:
            return iter(self.relation.fetchall())
        return _rows(self.engine, self._query(most, _PLAIN))

    def stream(self, most: int, *, text: bool) -> tuple[list[str], Any]:
        """Names that differ from each other, and an Arrow reader; ``text`` as in ``rows``."""
        names = [
            name if name not in self.names[:place] else f"{name}_{place}"
            for place, name in enumerate(self.names)
        ]
        if self._explains or not text:
            return names, self.relation.limit(most).to_arrow_reader(_BATCH_OF_FILES)
        return names, self.engine.sql(self._query(most, _IN_FILES)).to_arrow_reader(_BATCH_OF_FILES)

    @property
    def _explains(self) -> bool:
        (statement,) = self.engine.extract_statements(self.text)
        return bool(statement.type is duckdb.StatementType.EXPLAIN)

    def _query(self, most: int, plain: re.Pattern[str]) -> str:
        columns = [f"_{number}" for number in range(len(self.names))]
        told = ", ".join(
            column if plain.fullmatch(dtype) else f"CAST({column} AS VARCHAR)"
            for column, dtype in zip(columns, self.types, strict=True)
        )
        answer = f"AS answer({', '.join(columns)})"
        return f"SELECT {told} FROM (\n{self.text}\n) {answer} LIMIT {most}"


def _bound(engine: duckdb.DuckDBPyConnection, text: str) -> duckdb.DuckDBPyRelation:
    """The question understood, not yet answered. Only running it tells the place of a mistake."""
    try:
        relation = engine.sql(text)
    except (duckdb.BinderException, duckdb.CatalogException):
        engine.execute(text)
        raise
    if relation is None:
        raise refusals.only_reads()
    return relation


def _rows(engine: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[Any, ...]]:
    try:
        found = engine.execute(query)
        while rows := found.fetchmany(_BATCH):
            yield from rows
    except duckdb.Error as error:
        raise refusals.one_line_up(error) from error


def _told(rows: Iterator[tuple[Any, ...]], types: list[str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(_cell(value, dtype) for value, dtype in zip(row, types, strict=True))


def _cell(value: Any, dtype: str) -> Any:
    """A JSON value that says the same: text where a number would not be exact."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value).replace("inf", "infinity")
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= _EXACT else str(value)
    if isinstance(value, str):
        if dtype.startswith("DECIMAL") and Decimal(repr(float(value))) == Decimal(value):
            return float(value)
        cut = f"{value[:CELL]}… ({len(value):,} letters)"
        return value if len(value) <= CELL else cut
    return value


def _page(cells: Iterable[tuple[Any, ...]], limit: int) -> tuple[list[tuple[Any, ...]], bool]:
    rows: list[tuple[Any, ...]] = []
    size = 0
    for row in islice(cells, limit + 1):
        size += sum(len(str(value)) for value in row)
        if len(rows) == limit or (size > ENOUGH and rows):
            return rows, True
        rows.append(row)
    return rows, False


def _table(engine: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    quoted = warehouse.identifier(name)
    (rows,) = engine.execute(f"SELECT count(*) FROM {quoted}").fetchall()[0]
    columns = engine.execute(f"DESCRIBE {quoted}").fetchall()
    return {"name": name, "rows": rows, "columns": [{"name": c[0], "type": c[1]} for c in columns]}
