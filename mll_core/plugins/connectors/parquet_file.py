"""Parquet files."""

from pathlib import Path
from typing import ClassVar, Literal

from mll_core.domain.connector import Connector, Progress, ReadOptions, quiet


class ParquetFile(Connector):
    """Parquet: a file, or a glob of files with the same columns; types stay as they are."""

    label: ClassVar[str] = "Parquet file"
    endings: ClassVar[tuple[str, ...]] = (".parquet", ".pq")
    kind: Literal["parquet_file"] = "parquet_file"

    @classmethod
    def reads(cls, source: str) -> bool:
        return source.lower().endswith(cls.endings) and "://" not in source

    def write(
        self, source: str, options: ReadOptions, parquet: Path, progress: Progress = quiet
    ) -> str:
        from mll_core.infra import reader, safe_reader

        return safe_reader.read("parquet", reader.find(source), parquet, options, progress)
