from pathlib import Path

import pytest

from mll_core.domain.connector import ReadOptions
from mll_core.infra import reader
from mll_core.plugins.connectors.csv_file import CsvFile


@pytest.mark.parametrize("name", ["a.csv", "a.TSV", "b.txt", "c.csv.gz", "*.csv", "/x/y z.csv"])
def test_text_files_are_known_by_their_ending(name: str) -> None:
    assert CsvFile.reads(name)


@pytest.mark.parametrize("name", ["a.parquet", "sample:churn", "a.xlsx", "http://x/a.csv", "a"])
def test_other_sources_are_left_to_others(name: str) -> None:
    assert not CsvFile.reads(name)


def test_options_override_what_would_be_judged(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("1;a,b\n2;c,d\n")
    options = ReadOptions(delimiter=";", header=False)
    told: list[float] = []
    understood = CsvFile().write(
        str(tmp_path / "t.csv"),
        options,
        tmp_path / "o.parquet",
        lambda share, _: told.append(share),
    )
    assert understood.startswith("Text in UTF-8, semicolon between values, 2 columns, 2 rows")
    assert [c.name for c in reader.describe(tmp_path / "o.parquet")[1]] == ["column_1", "column_2"]
    assert told == sorted(told)
    assert told[-1] == 1
