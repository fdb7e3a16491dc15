"""What every connector must keep, present and future."""

import hashlib
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from mll_core.catalog import CONNECTORS
from mll_core.domain.connector import Connector, ReadOptions
from mll_core.domain.errors import MllError, Stopped
from mll_core.infra.objects import ObjectStore
from mll_core.stages import collect

every_connector = pytest.mark.parametrize("cls", CONNECTORS.values(), ids=CONNECTORS)


def example(cls: type[Connector], folder: Path) -> str:
    """A source of its kind with something in it."""
    frame = pd.DataFrame({"n": [1, 2, 3], "t": ["a", None, "c"], "x": [0.5, 1.5, None]})
    match cls.endings[0]:
        case "sample:":
            return "sample:tips"
        case ".parquet":
            frame.to_parquet(folder / "t.parquet")
            return str(folder / "t.parquet")
        case ending:
            frame.to_csv(folder / f"t{ending}", index=False)
            return str(folder / f"t{ending}")


@every_connector
def test_its_card_is_filled_in(cls: type[Connector]) -> None:
    assert cls.label
    assert cls.__doc__
    assert cls.endings
    assert all(field.description for field in cls.parameters().values())


@every_connector
def test_no_other_connector_reads_its_sources(cls: type[Connector], tmp_path: Path) -> None:
    source = example(cls, tmp_path)
    assert [other for other in CONNECTORS.values() if other.reads(source)] == [cls]


@every_connector
def test_it_writes_parquet_and_says_how_it_understood_the_source(
    cls: type[Connector], tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    understood = cls.of().write(example(cls, tmp_path), ReadOptions(), out)
    assert understood.endswith(".")
    assert f"{pq.read_metadata(out).num_rows:,} rows" in understood


@every_connector
def test_the_same_source_gives_the_same_bytes(cls: type[Connector], tmp_path: Path) -> None:
    source, hashes = example(cls, tmp_path), set()
    for number in range(2):
        out = tmp_path / f"{number}.parquet"
        cls.of().write(source, ReadOptions(), out)
        hashes.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(hashes) == 1


@every_connector
def test_stop_and_failure_leave_nothing_behind(cls: type[Connector], tmp_path: Path) -> None:
    home = tmp_path / "home"
    store, source = ObjectStore(home), example(cls, tmp_path)

    def stop(share: float, _: str) -> None:
        raise Stopped("Stopped.", hint="Start again.")

    with pytest.raises(Stopped):
        collect.ingest(source, ReadOptions(), store, stop)
    missing = "sample:none" if source.startswith("sample:") else f"{tmp_path}/none{cls.endings[0]}"
    with pytest.raises(MllError):
        collect.ingest(missing, ReadOptions(), store)
    assert [path for path in home.rglob("*") if path.is_file()] == []
