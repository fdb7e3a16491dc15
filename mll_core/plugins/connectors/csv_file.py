"""Delimited text files."""

from pathlib import Path
from typing import ClassVar, Literal

from mll_core.domain.connector import Connector, Progress, ReadOptions, quiet


class CsvFile(Connector):
    """Delimited text: a file, or a glob of files with the same columns, also packed with gzip.

    In: encoding, delimiter and header as ``options`` say, else judged. Out: columns of the types
    that every row fits; only empty text is NULL unless ``options`` say more.
    """

    label: ClassVar[str] = "Text file (CSV, TSV)"
    endings: ClassVar[tuple[str, ...]] = (
        ".csv",
        ".tsv",
        ".txt",
        ".csv.gz",
        ".tsv.gz",
        ".txt.gz",
        ".test",
        ".data",
    )
    kind: Literal["csv_file"] = "csv_file"

    @classmethod
    def reads(cls, source: str) -> bool:
        return source.lower().endswith(cls.endings) and "://" not in source

    def write(
        self, source: str, options: ReadOptions, parquet: Path, progress: Progress = quiet
    ) -> str:
        from mll_core.infra import reader, safe_reader

        return safe_reader.read("text", reader.find(source), parquet, options, progress)
