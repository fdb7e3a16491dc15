"""The rows of a database as Parquet: which driver, which rows, and how it was understood."""

from pathlib import Path

from mll_core.domain.connector import Progress, ReadOptions, quiet
from mll_core.domain.source_address import FILE_DATABASES
from mll_core.infra import file_database, mysql_source, postgresql_source, table_stream
from mll_core.infra.addresses import Resolve
from mll_core.infra.database_address import Asked, asked, parse
from mll_core.infra.select import statement

NAMES = {"postgresql": "PostgreSQL", "mysql": "MySQL", "sqlite": "SQLite", "duckdb": "DuckDB"}


def read(
    source: str,
    options: ReadOptions,
    parquet: Path,
    progress: Progress = quiet,
    resolve: Resolve | None = None,
) -> str:
    """Write the rows that ``source`` and ``options`` ask for; what was read, in a sentence.

    Raises InvalidParameter, Forbidden, UnreadableSource, NotFound (a secret), NoRoom, Stopped.
    """
    address, wanted = parse(source), asked(source, options)
    progress(0.0, f"Asking {address.shown}")
    if address.kind in FILE_DATABASES:
        select = statement(wanted)
        found = file_database.read(address.kind, address.path, select, parquet, progress)
    elif address.kind == "postgresql":
        with postgresql_source.opened(address, statement(wanted), resolve) as stream:
            found = table_stream.write(stream, parquet, progress)
    else:
        with mysql_source.opened(address, statement(wanted, mark="`"), resolve) as stream:
            found = table_stream.write(stream, parquet, progress)
    return f"{_what(wanted)} of the {NAMES[address.kind]} database {address.shown}: {found}"


def _what(wanted: Asked) -> str:
    return f"Table {wanted.table!r}" if wanted.table else "The rows of a query"
