from pathlib import Path

import pytest

from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import NotFound
from mll_core.infra import reader
from mll_core.plugins.connectors.sample import Sample


def test_a_sample_is_read_by_its_name_and_leaves_only_its_rows(tmp_path: Path) -> None:
    said = Sample().write("sample:iris", ReadOptions(), tmp_path / "o.parquet")
    assert said == "Sample Irises: Text in UTF-8, comma between values, 5 columns, 150 rows."
    assert reader.describe(tmp_path / "o.parquet")[0] == 150
    assert list(tmp_path.iterdir()) == [tmp_path / "o.parquet"]


def test_an_unknown_sample_gets_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no sample 'chrun'") as caught:
        Sample().write("sample:chrun", ReadOptions(), tmp_path / "o.parquet")
    assert caught.value.hint == "Did you mean 'churn'?"
    assert list(tmp_path.iterdir()) == []
