from pathlib import Path

import duckdb
import projects
import pytest

from mll_core.domain.errors import Forbidden, NotReady, UnfitQuestion
from mll_core.domain.identity import Actor, Role
from mll_core.project import Project
from mll_core.questions import told


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return projects.project(tmp_path)


def test_a_project_answers_questions_about_its_rows(project: Project) -> None:
    assert [table.name for table in project.questions.tables()] == ["raw", "prepared"]
    found = project.query('SELECT "left", count(*) AS n FROM raw GROUP BY ALL ORDER BY n DESC')
    assert found.names == ("left", "n")
    assert found.rows[0][0] == "no"
    assert project.query("FROM raw", limit=7).more


def test_the_rows_of_the_sealed_test_cannot_be_asked(project: Project) -> None:
    split = project.results.split()
    test = project.rooms.objects.path(split.test.sha256)
    names = {name for (name,) in duckdb.sql(f"SELECT customer_id FROM '{test}'").fetchall()}
    for table in ("raw", "prepared"):
        seen = {name for (name,) in project.query(f"SELECT customer_id FROM {table}").rows}
        assert len(seen) == 400 - len(names)
        assert not seen & names
    assert project.questions.test_rows() == len(names) == 80


def test_new_data_does_not_open_what_was_sealed_before(project: Project, tmp_path: Path) -> None:
    """Until they are parted again, the tables stay those of the data that was parted."""
    project.edit("data.additions", [str(projects.csv(tmp_path, seed=3))])
    project.run("collect")
    assert project.results.data().rows == 800
    assert project.query("SELECT count(*) FROM raw").rows == ((320,),)


def test_every_question_is_in_the_log_without_its_values(project: Project) -> None:
    project.query("SELECT * FROM raw WHERE customer_id = 'C000001' -- mine")
    with pytest.raises(UnfitQuestion):
        project.query("SELECT nope FROM raw")
    bad, good = project.questions.newest(2)
    assert good.actor == "ana"
    assert good.detail["sql"] == "SELECT * FROM raw WHERE customer_id = '…'"
    assert good.detail["rows"] == 1
    assert good.detail["seconds"] >= 0
    assert len(good.detail["sha256"]) == 64
    assert bad.detail["rows"] is None


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("ATTACH 'postgres://ana:secret@db/x'", "ATTACH '…'"),
        ("SELECT 'it''s' || \"plan\"", "SELECT '…' || \"plan\""),
        ("SELECT $$ secret $$, $q$ secret $q$", "SELECT '…', '…'"),
        ("WHERE phone = 4915112345678 AND n = 1234", "WHERE phone = … AND n = 1234"),
        ('WHERE "ana@example.org" = mail', "WHERE '…' = mail"),
        ("SELECT 'open", "SELECT '…'"),
        ("SELECT 1 /* secret */", "SELECT 1"),
        ("SELECT " + "x" * 500, "SELECT " + "x" * 193),
    ],
)
def test_the_log_keeps_the_shape_of_a_question(sql: str, kept: str) -> None:
    assert told(sql) == kept


def test_only_who_may_query_is_answered(project: Project) -> None:
    workspace = projects.Workspace.open(project.rooms.home, actor="ana")
    workspace.accounts.create("eve", "a long pass phrase")
    workspace.members.give("eve", Role.VIEWER, "customers")
    eve = Actor(name="eve", kind="account", roles={"customers": Role.VIEWER})
    theirs = projects.Workspace(project.rooms.home, eve).project("customers")
    for act in (theirs.questions.tables, theirs.questions.newest, lambda: theirs.query("FROM raw")):
        with pytest.raises(Forbidden, match="may not query"):
            act()


def test_without_data_there_is_nothing_to_ask(project: Project) -> None:
    workspace = projects.Workspace.open(project.rooms.home)
    slug = workspace.rooms.projects.create(
        workspace.rooms.projects.build({"name": "Young"}), "made"
    )
    with pytest.raises(NotReady, match="no data to ask"):
        workspace.project(slug).query("SELECT 1")
