"""What the event log vouches for: nobody but the workbench writes a figure, unseen."""

import re
from pathlib import Path
from typing import Any

import projects
import pytest
import sqlalchemy as sql

from mll_core import housekeeping, integrity
from mll_core.domain.subject import Subject
from mll_core.infra import events, vouched
from mll_core.infra.tables import ALIASES, APPROVALS, ARTEFACTS, DOCUMENTS, EVENTS, MODELS
from mll_core.workspace import Workspace

HOME = Path(__file__).parents[2] / "mll_core"
LATER = sql.select(sql.func.max(ARTEFACTS.c.id)).scalar_subquery()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = projects.finished(tmp_path)
    assert faults(made) == []
    return made


def faults(workspace: Workspace) -> list[str]:
    return [fault for kind in integrity.check(workspace) for fault in kind.faults]


def write(workspace: Workspace, *statements: sql.UpdateBase | sql.Insert) -> None:
    """As somebody with the rights of the folder does it."""
    with workspace.database.write() as connection:
        for statement in statements:
            connection.execute(statement)


def only(workspace: Workspace, table: sql.Table) -> dict[str, Any]:
    (row,) = workspace.database.rows(sql.select(table))
    return row


def better(workspace: Workspace) -> sql.UpdateBase:
    """A result with other figures in it."""
    (row,) = workspace.database.rows(sql.select(ARTEFACTS).where(ARTEFACTS.c.id == LATER))
    flattering = {**row["value"], "accuracy": 1.0}
    return ARTEFACTS.update().where(ARTEFACTS.c.id == row["id"]).values(value=flattering)


def signed(workspace: Workspace) -> sql.UpdateBase:
    return APPROVALS.update().values(value={**only(workspace, APPROVALS)["value"], "by": "Board"})


def again(workspace: Workspace) -> sql.UpdateBase:
    """An approval that nobody gave, with the salt of one that somebody did."""
    row = only(workspace, APPROVALS)
    return APPROVALS.insert().values({**row, "id": row["id"] + 1})


HARMS = {
    "a figure": (better, "1 result of customers is not as the workbench wrote it"),
    "a document": (
        lambda w: DOCUMENTS.update().where(DOCUMENTS.c.version == 1).values(author="Eve"),
        "1 document version of customers is not",
    ),
    "who approved": (signed, "1 approval of customers is not"),
    "an approval put in": (again, "1 approval of customers is not"),
    "an approval taken out": (lambda w: APPROVALS.delete(), "1 approval that the event log"),
    "a model": (
        lambda w: MODELS.update().values(value={**only(w, MODELS)["value"], "created": "2020"}),
        "1 model version of customers is not",
    ),
    "who answers": (lambda w: ALIASES.update().values(at="2020"), "1 promotion of customers"),
    "which is the newest": (
        lambda w: ARTEFACTS.update().where(ARTEFACTS.c.id == 1).values(id=9_999),
        "1 result of customers is not",
    ),
}


@pytest.mark.parametrize("what", HARMS)
def test_a_row_that_somebody_else_wrote_is_seen(workspace: Workspace, what: str) -> None:
    harm, said = HARMS[what]
    write(workspace, harm(workspace))
    found = faults(workspace)
    assert any(fault.startswith(said) for fault in found), found
    assert all(fault.endswith("from a copy.") for fault in found)


def test_a_digest_forged_in_the_log_breaks_its_chain(workspace: Workspace) -> None:
    line = next(e for e in events.read(workspace.database, None, 99) if e.vouches)
    forged = dict.fromkeys(line.vouches or (), "0" * 64)
    this = EVENTS.update().where(EVENTS.c.number == line.number)
    write(workspace, this.values(vouches=forged))
    assert events.first_broken(workspace.database) == line.number
    write(workspace, this.values(vouches=None))
    assert events.first_broken(workspace.database) == line.number


def test_an_erasure_vouches_for_what_it_wrote_but_not_for_what_was_astray(
    workspace: Workspace,
) -> None:
    who = Subject.of(["customer_id=C000007"])
    project = workspace.project("customers")
    before = workspace.database.rows(sql.select(ARTEFACTS.c.salt))
    assert project.erasure.erase(who).rows == 1
    assert faults(workspace) == []
    left = {row["salt"] for row in workspace.database.rows(sql.select(ARTEFACTS.c.salt))}
    assert left.isdisjoint(row["salt"] for row in before), "what it said could be guessed"
    write(workspace, signed(workspace))
    project.erasure.erase(Subject.of(["customer_id=C000008"]))
    assert [fault.partition(" of ")[0] for fault in faults(workspace)] == ["1 approval"]


def test_an_admin_who_goes_on_with_a_log_goes_on_with_the_rows(workspace: Workspace) -> None:
    newest = events.read(workspace.database, None, 1)[0].number
    cut = EVENTS.delete().where(EVENTS.c.number > newest // 2)
    write(workspace, cut)
    assert any("not as the workbench wrote" in fault for fault in faults(workspace))
    line = housekeeping.accept_log(workspace, "the disk was lost")
    assert line.detail["rows_not_as_written"] > 0
    assert faults(workspace) == []


def test_a_row_that_no_event_tells_of_is_not_written(workspace: Workspace) -> None:
    before = workspace.database.rows(sql.select(ALIASES))
    own = {"project": "customers", "alias": "champion", "number": 1, "at": "now"}
    with (
        pytest.raises(RuntimeError, match="no event tells of aliases"),
        workspace.database.write() as connection,
    ):
        vouched.insert(connection, ALIASES, **own)
    assert workspace.database.rows(sql.select(ALIASES)) == before


def test_nothing_else_in_the_code_adds_or_deletes_such_rows() -> None:
    names = "|".join(name.upper() for name in vouched.TABLES)
    pattern = re.compile(rf"\b({names})\.(insert|delete)\(")
    found = [path.name for path in HOME.rglob("*.py") if pattern.search(path.read_text("utf-8"))]
    assert found == []
