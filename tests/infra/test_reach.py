import ast
from pathlib import Path

import pytest

import mll_core
from mll_core.domain.errors import Forbidden
from mll_core.domain.identity import Actor
from mll_core.infra.reach import Reach

ENGINE = Path(mll_core.__file__).parent


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "uploads" / "0123456789ab").mkdir(parents=True)
    (home / "uploads" / "0123456789ab" / "mine.csv").write_text("a\n1\n")
    (home / "uploads" / "0123456789ab" / "link.csv").symlink_to("/etc/passwd")
    (home / "catalog.db").write_text("")
    return home


def may(home: Path, named: str, kind: str = "account") -> bool:
    actor = Actor.model_validate({"name": "eve", "kind": kind})
    try:
        Reach(actor, home).source(named)
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(
    "named",
    [
        "/etc/passwd",
        "/etc/nothing.csv",
        "~/.ssh/id_rsa",
        "relative.csv",
        "{home}/catalog.db",
        "{home}/uploads",
        "{home}/uploads/*/mine.csv",
        "{home}/uploads/0123456789a?/mine.csv",
        "{home}/uploads/0123456789ab/[a-z]*.csv",
        "{home}/uploads/**/mine.csv",
        "{home}/uploads/0123456789ab/../../catalog.db",
        "{home}/uploads/0123456789ab/link.csv",
        "{home}/objects/ab/" + "0" * 64 + ".parquet",
        "{home}/additions/objects/ab/../../../catalog.db",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "sqlite:////etc/secrets.db",
        "sqlite+pysqlite:////etc/secrets.db",
        "duckdb:///etc/secrets.db",
        "ftp://example.org/a.csv",
        "s3://bucket/a.csv",
        " /etc/passwd",
        "{home}/uploads/0123456789ab/mine.csv\0",
    ],
)
def test_an_account_reaches_no_file_of_the_machine(home: Path, named: str) -> None:
    assert not may(home, named.format(home=home))


@pytest.mark.parametrize(
    "named",
    [
        "{home}/uploads/0123456789ab/mine.csv",
        "{home}/additions/objects/ab/" + "0" * 64 + ".parquet",
        "sample:churn",
        "https://example.org/a.csv",
        "postgresql+psycopg://user@host/base#table=t",
    ],
)
def test_an_account_names_uploads_samples_and_other_machines(home: Path, named: str) -> None:
    assert may(home, named.format(home=home))


def test_an_owner_reads_the_machines_files_anyway(home: Path) -> None:
    assert may(home, "/etc/passwd", kind="owner")


def test_an_account_writes_into_the_folder_for_downloads_only(home: Path) -> None:
    reach = Reach(Actor(name="eve", kind="account"), home)
    reach.output(home / "downloads" / "scored.csv")
    for out in (
        "/tmp/x.csv",
        "x.csv",
        home / "catalog.db",
        home / "downloads",
        f"{home}/downloads/../x",
    ):
        with pytest.raises(Forbidden, match="may not write"):
            reach.output(out)
    Reach(Actor(name="ana"), home).output("/tmp/x.csv")


def test_rows_come_in_through_one_door() -> None:
    doors = {
        str(file.relative_to(ENGINE.parent))
        for place in (ENGINE, ENGINE.parent / "pages")
        for file in place.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("collect.ingest")
    }
    assert doors == {"mll_core/intake.py"}
