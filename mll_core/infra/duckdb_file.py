"""The inside of a cage for DuckDB files: read-only, no way out of the file, one SELECT."""

from typing import Any

import duckdb
import pyarrow.parquet as pq

from mll_core.domain.connector import Progress
from mll_core.domain.errors import InvalidParameter
from mll_core.infra import table_stream
from mll_core.infra.file_database import told
from mll_core.infra.warehouse import identifier

_CONFIG: dict[str, Any] = {
    "threads": 2,
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_SHUT = (
    "SET TimeZone = 'UTC'",
    "SET enable_progress_bar = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_SAME = (
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    *("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "VARCHAR"),
)
_ROWS = 50_000


def inside(*, path: str, statement: str, parquet: str, memory: int, progress: Progress) -> str:
    """Write the rows of ``statement``; lists, structs and the like as text, NaN as missing."""
    with told(path, duckdb.Error):
        engine = duckdb.connect(
            path, read_only=True, config=_CONFIG | {"memory_limit": f"{memory}B"}
        )
        for setting in _SHUT:
            engine.execute(setting)
        found = engine.extract_statements(statement)
        if len(found) != 1 or found[0].type != duckdb.StatementType.SELECT:
            hint = "Ask for rows with one SELECT."
            raise InvalidParameter("The query is no single SELECT.", hint=hint)
        described = engine.execute(f"DESCRIBE {statement}").fetchall()
        names, kinds = [row[0] for row in described], [row[1] for row in described]
        table_stream.refuse_names(names)
        kept = [i for i, kind in enumerate(kinds) if kind not in ("BLOB", "BIT")]
        if not kept:
            return table_stream.summary(names, kept, 0)
        columns = ", ".join(_read(identifier(names[i]), kinds[i]) for i in kept)
        reader: Any = engine.execute(f"SELECT {columns} FROM ({statement}\n) AS q").to_arrow_reader(
            _ROWS
        )
        rows = 0
        with pq.ParquetWriter(parquet, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
                rows += batch.num_rows
                progress(0.5, f"{rows:,} rows read")
    return table_stream.summary(names, kept, rows)


def _read(column: str, kind: str) -> str:
    if kind in _SAME or kind.startswith("DECIMAL"):
        return column
    if kind in ("DOUBLE", "FLOAT"):
        return f"CASE WHEN isfinite({column}) OR isinf({column}) THEN {column} END AS {column}"
    if kind.startswith("TIMESTAMP"):
        return f"CAST({column} AS TIMESTAMP) AS {column}"
    if kind in ("HUGEINT", "UHUGEINT", "UBIGINT"):
        return f"CAST({column} AS DOUBLE) AS {column}"
    return f"CAST({column} AS VARCHAR) AS {column}"
