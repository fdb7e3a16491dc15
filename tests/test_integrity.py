"""What mll doctor finds: each thing that can be lost or changed is broken in turn."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import projects
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sql

from mll_core import doctor, integrity
from mll_core.cli import main
from mll_core.infra import answered, few_rows, sealed, warehouse
from mll_core.infra.prediction_log import folder_of
from mll_core.infra.tables import ALIASES, APPROVALS, ARTEFACTS, DOCUMENTS, JOBS, MODELS, PROJECTS
from mll_core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = projects.finished(tmp_path)
    day = folder_of(made.home, "customers") / "2026-01-01.db"
    day.parent.mkdir(parents=True)
    with closing(sqlite3.connect(day)) as log, log:
        log.execute("CREATE TABLE request (request_id TEXT, input TEXT)")
        log.executemany(
            "INSERT INTO request VALUES (?, ?)", [(str(n), "x" * 900) for n in range(99)]
        )
    (made.home / "sealed").mkdir(exist_ok=True)
    with duckdb.connect(str(made.home / "sealed" / f"{'0' * 64}.duckdb")) as sealed:
        sealed.execute(
            "CREATE TABLE raw AS SELECT range AS n, md5(n::VARCHAR) AS t FROM range(99999)"
        )
    return made


def spoil(path: Path, at: float = 0.5) -> None:
    """Change some bytes in the middle; the size stays."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    middle = int(len(content) * at)
    content[middle : middle + 64] = bytes(byte ^ 0xFF for byte in content[middle : middle + 64])
    path.write_bytes(content)


def the_data(workspace: Workspace) -> Path:
    data = workspace.project("customers").results.data()
    assert data
    return workspace.objects.path(data.sha256)


def the_model(workspace: Workspace) -> Path:
    return workspace.models.file(workspace.project("customers").registry.versions()[0].sha256)


def change(workspace: Workspace, statement: sql.UpdateBase) -> None:
    with workspace.database.write() as connection:
        connection.execute(statement)


def the_day(workspace: Workspace) -> Path:
    return next(workspace.home.glob("predictions/*/*.db"))


def the_sealed(workspace: Workspace) -> Path:
    return next(workspace.home.glob("sealed/*.duckdb"))


def the_document(workspace: Workspace) -> Path:
    return workspace.rooms.projects.path("customers")


def added(workspace: Workspace) -> Path:
    path = projects.csv(workspace.home / "tmp", seed=3)
    project = workspace.project("customers")
    project.watching.retrain(str(path))
    return Path(project.document.data.additions[0])


Break = Callable[[Workspace], object]
FILES: list[tuple[str, Break, str, str, bool]] = [
    ("data gone", lambda w: the_data(w).unlink(), "data versions", "rows are lost", True),
    ("data changed", lambda w: spoil(the_data(w)), "data versions", "was changed", False),
    ("data cut", lambda w: the_data(w).write_bytes(b"PAR1"), "data versions", "4 bytes", True),
    ("model gone", lambda w: the_model(w).unlink(), "models", "cannot answer", True),
    ("model changed", lambda w: spoil(the_model(w)), "models", "changed after", False),
    (
        "manifest gone",
        lambda w: the_model(w).with_suffix(".json").unlink(),
        "models",
        "not in the workspace",
        True,
    ),
    (
        "manifest changed",
        lambda w: spoil(the_model(w).with_suffix(".json")),
        "models",
        "is not loaded",
        False,
    ),
    ("day changed", lambda w: spoil(the_day(w), 0.0), "days of requests", "damaged", True),
    (
        "document broken",
        lambda w: the_document(w).write_text("{{{: bad"),
        "documents",
        "YAML",
        True,
    ),
    ("document gone", lambda w: the_document(w).unlink(), "documents", "nothing is lost", True),
    (
        "document no text",
        lambda w: the_document(w).write_bytes(b"\xff\xfe\x00"),
        "documents",
        "is no text",
        True,
    ),
    ("sealed changed", lambda w: spoil(the_sealed(w)), "sealed files", "nothing is lost", False),
    ("sealed cut", lambda w: the_sealed(w).write_bytes(b"x" * 99), "sealed files", "delete", True),
]
ROWS: list[tuple[str, sql.UpdateBase, str]] = [
    ("project", PROJECTS.delete(), "names? the project customers"),
    ("documents", DOCUMENTS.delete(), "has no document"),
    ("a document", DOCUMENTS.delete().where(DOCUMENTS.c.version == 1), "document of customers"),
    ("models", MODELS.delete(), "champion of customers names version 1"),
    ("an alias", ALIASES.update().values(number=7), "names version 7"),
    ("an approval", APPROVALS.update().values(number=8), "names version 8"),
    ("a result", ARTEFACTS.update().values(document_version=99), "document version 99"),
    ("a job", JOBS.update().values(project="nowhere"), "the project nowhere"),
]


def problems(workspace: Workspace, *, quick: bool = False) -> list[tuple[str, str]]:
    found = doctor.examine(str(workspace.home), quick=quick)
    assert found.well == (not any(line.mark == "problem" for line in found.lines))
    return [(line.what, line.said) for line in found.lines if line.mark == "problem"]


def test_a_whole_workspace_is_well_and_says_how_much_was_looked_at(workspace: Workspace) -> None:
    told: list[str] = []
    shares: list[float] = []

    def tell(share: float, message: str) -> None:
        shares.append(share)
        told.append(message)

    found = {kind.what: kind for kind in integrity.check(workspace, progress=tell)}
    assert [kind.faults for kind in found.values()] == [()] * len(found)
    assert found["data versions"].looked >= 4
    assert found["models"].looked >= 1
    assert found["days of requests"].looked == 1
    assert found["sealed files"].looked == len(list(workspace.home.glob("sealed/*")))
    assert shares == sorted(shares)
    assert "Model 1 of" in " ".join(told)
    assert problems(workspace) == problems(workspace, quick=True) == []


def test_what_is_kept_of_a_large_file_is_well_and_its_damage_is_seen(workspace: Workspace) -> None:
    before = set(workspace.home.glob("sealed/*"))
    path = workspace.objects.new()
    pq.write_table(pa.table({"n": range(few_rows.SAMPLE + 1)}), path)
    stored = workspace.objects.path(workspace.objects.keep(path))
    few_rows.sample(stored)
    few_rows.sample(stored, ("n",))
    few = warehouse.table(stored).limit(2)
    assert len(answered.records(few, stored, answered.MANY)) == 2
    kept = set(workspace.home.glob("sealed/*")) - before
    assert sorted(file.suffix for file in kept) == [".json", ".parquet", ".parquet"]
    assert problems(workspace) == problems(workspace, quick=True) == []
    for file in kept:
        file.write_bytes(b"x" * 9)
    assert len([what for what, _ in problems(workspace) if what == "sealed files"]) == len(kept)


def test_nothing_is_kept_in_a_format_nobody_could_check(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="format"):
        sealed.beside(tmp_path / "a.parquet", "sample", lambda file: None)


@pytest.mark.parametrize(
    ("what", "harm", "kind", "said", "quick"), FILES, ids=[f[0] for f in FILES]
)
def test_a_file_that_is_lost_or_changed_is_one_line_that_says_what_to_do(
    workspace: Workspace, what: str, harm: Break, kind: str, said: str, quick: bool
) -> None:
    for path in workspace.home.rglob("objects/*/*"):
        path.chmod(0o644)
    harm(workspace)
    found = problems(workspace)
    assert [name for name, _ in found] == [kind], (what, found)
    assert said in found[0][1]
    assert found[0][1].endswith(".")
    assert bool(problems(workspace, quick=True)) is quick


@pytest.mark.parametrize(("what", "harm", "said"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_that_points_nowhere_is_said(
    workspace: Workspace, what: str, harm: sql.UpdateBase, said: str
) -> None:
    if what == "a job":
        workspace.jobs.submit("customers", "run", {})
    change(workspace, harm)
    found = integrity.Checked(what="", looked=0)
    for kind in integrity.check(workspace, quick=True) if what != "documents" else ():
        found = kind if kind.what == "rows of the catalog" else found
    if what == "documents":
        found = integrity._rows(workspace, True, lambda *_: None)
    assert any(said.replace("names? ", "") in fault for fault in found.faults), found.faults
    assert all("copy" in fault for fault in found.faults)


def test_rows_that_retraining_added_are_looked_after(workspace: Workspace) -> None:
    path = added(workspace)
    spoil(path)
    assert [name for name, _ in problems(workspace)] == ["added rows"]
    path.unlink()
    assert "added rows are lost" in problems(workspace, quick=True)[0][1]


def test_the_command_ends_with_two_and_one_line_for_each_fault(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(workspace.home)]
    assert main(["doctor", *home]) == 0
    the_model(workspace).unlink()
    spoil(the_data(workspace))
    capsys.readouterr()
    assert main(["doctor", *home]) == 2
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("problem")]
    assert len(lines) == 2
    assert main(["doctor", "--quick", *home]) == 2


def test_a_damaged_catalog_does_not_keep_the_doctor_from_the_files(tmp_path: Path) -> None:
    home = projects.finished(tmp_path).home
    catalog = home / "catalog.db"
    catalog.write_bytes(b"no database at all, whatever its name says" * 30)
    found = doctor.examine(str(home))
    said = {line.what: line for line in found.lines}
    assert not found.well
    assert "damaged" in said["catalog"].said
    assert "intact by their names" in said["data versions"].said
    one = next(path for path in (home / "objects").rglob("*.parquet"))
    one.chmod(0o644)
    one.write_bytes(b"torn")
    again = doctor.examine(str(home))
    assert any(line.mark == "problem" and one.stem[:8] in line.said for line in again.lines)


def test_a_catalog_damaged_in_places_is_said_once(workspace: Workspace) -> None:
    where = sql.text("SELECT rootpage FROM sqlite_master WHERE name IN ('events', 'artefacts')")
    with workspace.database.read() as connection:
        roots = list(connection.execute(where).scalars())
        size = int(connection.exec_driver_sql("PRAGMA page_size").scalar() or 0)
    workspace.database.close()
    catalog = workspace.home / "catalog.db"
    content = bytearray(catalog.read_bytes())
    for start in ((root - 1) * size for root in roots):
        content[start : start + size] = bytes(size)
    catalog.write_bytes(content)
    assert [what for what, said in problems(workspace) if "damaged" in said] == ["catalog"]
