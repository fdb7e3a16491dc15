"""What every connector must keep, present and future."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from web_servers import says, serving

from mll_core.catalog import CONNECTORS
from mll_core.domain.connector import Connector, ReadOptions
from mll_core.domain.errors import MllError, Stopped
from mll_core.infra.addresses import ALLOW
from mll_core.infra.objects import ObjectStore
from mll_core.stages import collect

Example = Callable[[type[Connector]], str]
every_connector = pytest.mark.parametrize("cls", CONNECTORS.values(), ids=CONNECTORS)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Example]:
    """A source of a connector's kind with something in it."""
    frame = pd.DataFrame({"n": [1, 2, 3], "t": ["a", None, "c"], "x": [0.5, 1.5, None]})
    with ExitStack() as open_until_the_end:

        def made(cls: type[Connector]) -> str:
            match cls.endings[0]:
                case "sample:":
                    return "sample:tips"
                case "https://":
                    content = frame.to_csv(index=False).encode()
                    server = open_until_the_end.enter_context(serving(says(content)))
                    monkeypatch.setenv(ALLOW, f"127.0.0.1:{server.port}")
                    return server.url()
                case "postgresql+psycopg://":
                    with closing(sqlite3.connect(tmp_path / "t.db")) as connection:
                        frame.to_sql("t", connection, index=False)
                    return f"sqlite:///{tmp_path}/t.db#table=t"
                case ".parquet":
                    frame.to_parquet(tmp_path / "t.parquet")
                    return str(tmp_path / "t.parquet")
                case ending:
                    frame.to_csv(tmp_path / f"t{ending}", index=False)
                    return str(tmp_path / f"t{ending}")

        yield made


def missing(cls: type[Connector], folder: Path) -> str:
    """A source of a connector's kind that is not there."""
    match cls.endings[0]:
        case "sample:":
            return "sample:none"
        case "https://":
            return "https://127.0.0.1/none.csv"
        case "postgresql+psycopg://":
            return f"sqlite:///{folder}/none.db#table=t"
        case ending:
            return f"{folder}/none{ending}"


@every_connector
def test_its_card_is_filled_in(cls: type[Connector]) -> None:
    assert cls.label
    assert cls.__doc__
    assert cls.endings
    assert all(field.description for field in cls.parameters().values())


@every_connector
def test_no_other_connector_reads_its_sources(
    cls: type[Connector], example: Example, tmp_path: Path
) -> None:
    source = example(cls)
    assert [other for other in CONNECTORS.values() if other.reads(source)] == [cls]


@every_connector
def test_it_writes_parquet_and_says_how_it_understood_the_source(
    cls: type[Connector], example: Example, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    understood = cls.of().write(example(cls), ReadOptions(), out)
    assert understood.endswith(".")
    assert f"{pq.read_metadata(out).num_rows:,} rows" in understood


@every_connector
def test_the_same_source_gives_the_same_bytes(
    cls: type[Connector], example: Example, tmp_path: Path
) -> None:
    source, hashes = example(cls), set()
    for number in range(2):
        out = tmp_path / f"{number}.parquet"
        cls.of().write(source, ReadOptions(), out)
        hashes.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(hashes) == 1


@every_connector
def test_stop_and_failure_leave_nothing_behind(
    cls: type[Connector], example: Example, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    store, source = ObjectStore(home), example(cls)

    def stop(share: float, _: str) -> None:
        raise Stopped("Stopped.", hint="Start again.")

    with pytest.raises(Stopped):
        collect.ingest(source, ReadOptions(), store, stop)
    with pytest.raises(MllError):
        collect.ingest(missing(cls, tmp_path), ReadOptions(), store)
    assert [path for path in home.rglob("*") if path.is_file()] == []
