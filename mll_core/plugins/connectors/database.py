"""Tables of databases."""

from pathlib import Path
from typing import ClassVar, Literal

from mll_core.domain.connector import Connector, Progress, ReadOptions, quiet
from mll_core.domain.source_address import scheme_of


class Database(Connector):
    """A table of a database, or the rows of one SELECT, by the database's address.

    In: which rows by ``options.table`` or ``options.query``. Out: columns of the database's own
    types; times with a zone in UTC; columns of bytes are left out. Nothing can be written there.
    """

    label: ClassVar[str] = "Database"
    endings: ClassVar[tuple[str, ...]] = (
        "postgresql+psycopg://",
        "postgresql://",
        "mysql+pymysql://",
        "mysql://",
        "sqlite://",
        "duckdb://",
    )
    kind: Literal["database"] = "database"

    @classmethod
    def reads(cls, source: str) -> bool:
        return f"{scheme_of(source)}://" in cls.endings

    def write(
        self, source: str, options: ReadOptions, parquet: Path, progress: Progress = quiet
    ) -> str:
        from mll_core.infra import database_source

        return database_source.read(source, options, parquet, progress)
