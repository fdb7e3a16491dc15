from pathlib import Path

import pandas as pd
import pytest

from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import UnreadableSource
from mll_core.plugins.connectors.parquet_file import ParquetFile


def test_several_files_become_one_in_the_order_of_their_names(tmp_path: Path) -> None:
    for number in (2, 1):
        pd.DataFrame({"a": [number], "b": ["x"]}).to_parquet(tmp_path / f"p{number}.parquet")
    out = tmp_path / "out"
    said = ParquetFile().write(str(tmp_path / "p*.parquet"), ReadOptions(), out)
    assert said == "2 Parquet files, 2 columns, 2 rows."
    assert pd.read_parquet(out)["a"].tolist() == [1, 2]


def test_files_with_other_columns_or_no_rows_are_refused(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "p1.parquet")
    pd.DataFrame({"b": [1]}).to_parquet(tmp_path / "p2.parquet")
    pd.DataFrame({"a": []}).to_parquet(tmp_path / "q.parquet")
    with pytest.raises(UnreadableSource):
        ParquetFile().write(str(tmp_path / "p*.parquet"), ReadOptions(), tmp_path / "out")
    with pytest.raises(UnreadableSource, match="columns and no rows"):
        ParquetFile().write(str(tmp_path / "q.parquet"), ReadOptions(), tmp_path / "out")


def test_only_its_endings_are_read() -> None:
    assert ParquetFile.reads("x/y.parquet")
    assert not ParquetFile.reads("x.csv")
    assert not ParquetFile.reads("s3://x.parquet")
