"""Files by their web address, from real servers on loopback to a data version."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
from web_servers import CSV, Answer, says, serving

from mll_core.domain.connector import ReadOptions
from mll_core.domain.data import DataVersion
from mll_core.domain.errors import InvalidParameter, UnreadableSource
from mll_core.infra.addresses import ALLOW
from mll_core.infra.objects import ObjectStore
from mll_core.plugins.connectors.web_file import WebFile
from mll_core.stages import collect


@pytest.mark.parametrize("name", ["https://x/a.csv", "HTTP://x", "http://x/a.parquet?y"])
def test_web_addresses_are_known_by_their_scheme(name: str) -> None:
    assert WebFile.reads(name)


@pytest.mark.parametrize("name", ["a.csv", "ftp://x/a.csv", "httpx://x", "sample:iris", "s3://b"])
def test_other_sources_are_left_to_others(name: str) -> None:
    assert not WebFile.reads(name)


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Read":
    return Read(tmp_path, monkeypatch)


class Read:
    """Reads what a server says, as whoever runs the workbench allowed it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch

    def __call__(self, answer: Answer, path: str = "/t.csv") -> DataVersion:
        objects = ObjectStore(self.folder / "home")
        with serving(answer) as server:
            self._monkeypatch.setenv(ALLOW, f"127.0.0.1:{server.port}")
            try:
                return collect.ingest(server.url(path), ReadOptions(), objects)
            finally:
                assert not list((self.folder / "home" / "tmp").iterdir())


def test_text_is_read_like_any_file_and_the_way_is_said(read: Read) -> None:
    version = read(says(CSV))
    assert (version.rows, version.names) == (3, ("id", "word"))
    told = "Fetched from 127.0.0.1 without protection (http): Text in UTF-8, comma between values"
    assert version.understood.startswith(told)
    (finding,) = collect.source_findings(version.source)
    assert (finding.code, finding.severity.value) == ("unprotected_source", "check")
    assert not collect.source_findings("https://x/t.csv")


@pytest.mark.parametrize("path", ["/", "/download", "/t.csv", "/api/export?format=csv", "/a.b.c"])
def test_the_content_decides_not_the_address(read: Read, path: str) -> None:
    assert read(says(CSV, Content_Type="application/octet-stream"), path).rows == 3


def test_parquet_and_packed_text_are_known_by_their_first_bytes(read: Read) -> None:
    frame = pd.DataFrame({"n": range(5)})
    frame.to_parquet(read.folder / "t.parquet")
    assert read(says((read.folder / "t.parquet").read_bytes()), "/download").rows == 5
    assert read(says(gzip.compress(CSV)), "/download").rows == 3
    assert read(says(gzip.compress(CSV), Content_Encoding="gzip"), "/t.csv").rows == 3


def test_tabs_are_read_too(read: Read) -> None:
    assert read(says(b"a\tb\n1\t2\n", Content_Type="text/tab-separated-values"), "/x").rows == 1


@pytest.mark.parametrize(
    ("body", "media_type", "said"),
    [
        (b"<!DOCTYPE html><table>", "text/html", "shows a web page"),
        (b"  <html>", "text/plain", "shows a web page"),
        (b"a,b\n1,2\n", "text/html; charset=utf-8", "shows a web page"),
        (b'{"a": 1}', "application/json", "answers in JSON"),
        (b'[{"a": 1}]', "text/plain", "answers in JSON"),
        (b"", "text/csv", "gave nothing"),
        (b"PK\x03\x04" + b"x" * 50, "text/csv", "zip archive"),
        (b"SQLite format 3\0" + b"x" * 50, "text/csv", "SQLite database"),
        (b"\x80\x04\x95" + b"x" * 50, "text/csv", "pickle"),
        (b"PAR1" + b"x" * 50, "text/csv", "cannot be read"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 10_000_000), "text/csv", "over 200 times its size"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    read: Read, body: bytes, media_type: str, said: str
) -> None:
    with pytest.raises(UnreadableSource, match=said) as caught:
        read(says(body, Content_Type=media_type))
    assert caught.value.hint


def test_a_password_in_the_address_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with serving(says()) as server:
        for url in (f"http://a:hunter2@127.0.0.1:{server.port}/", f"{server.url()}?token=hunter2"):
            with pytest.raises(InvalidParameter) as caught:
                collect.ingest(url, ReadOptions(), ObjectStore(tmp_path))
            assert "hunter2" not in f"{caught.value} {caught.value.hint}"
        assert not server.asked
