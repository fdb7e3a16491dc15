"""A sealed row is planted with a value found nowhere else, and looked for through every door."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import projects
import pytest
from page_cases import cards, open_page, texts
from streamlit.testing.v1 import AppTest

from mll_core import handover
from mll_core.catalog import EXPORTERS
from mll_core.cli import main
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage
from mll_core.domain.subject import Condition, Subject
from mll_core.infra import profiler, warehouse
from mll_core.project import Project
from mll_core.stages import prepare
from mll_core.workspace import Workspace

WORD, NUMBER = "zanzibarcanary", 7318264095
PAGES = [*(stage.value for stage in Stage), "home", "story", "query", "activity"]
STEPS = [
    {"kind": "filter_rows", "formula": "calls >= 0"},
    {"kind": "trim_text", "column": "remark"},
    {"kind": "one_hot", "column": "plan"},
]
SENTENCE = "40 sealed test rows are not looked at, until an evaluation opens them."
ASKED = ["FROM raw", "FROM prepared"]


def frame(rows: int = 200) -> pd.DataFrame:
    made = projects.customers(rows)
    rng = np.random.default_rng(1)
    return made.assign(remark=rng.choice(["late", "on time", "early"], rows), owed=range(rows))


def collected(home: Path, data: pd.DataFrame) -> Project:
    path = home.parent / "customers.csv"
    data.to_csv(path, index=False)
    settings = {**projects.CHEAP, "prepare.steps": STEPS}
    return Workspace.open(home, actor="ana").create_project(
        "Customers", str(path), target="left", budget=20, settings=settings
    )


@pytest.fixture(scope="module")
def sealed_row(tmp_path_factory: pytest.TempPathFactory) -> int:
    """A row that is drawn for the test, whatever stands in its other columns."""
    project = collected(tmp_path_factory.mktemp("drawn") / "home", frame())
    project.run("prepare")
    split = project.results.split()
    assert split
    return int(pd.read_parquet(project.rooms.objects.path(split.sealed.sha256))["row"][3])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sealed_row: int) -> Project:
    monkeypatch.setenv("MLL_HOME", str(tmp_path / "home"))
    data = frame()
    data.loc[sealed_row, ["remark", "plan", "owed"]] = [f"  {WORD} ", WORD, NUMBER]
    return collected(tmp_path / "home", data)


def drawn(page: AppTest) -> str:
    """Everything a page sends to the browser, tables and charts as well."""

    def walk(block: Any) -> Iterator[str]:
        for child in getattr(block, "children", {}).values():
            yield str(getattr(child, "proto", ""))
            yield from walk(child)

    return "\n".join([*walk(page.main), *walk(page.sidebar), texts(page)])


def said(project: Project, *words: str, capsys: pytest.CaptureFixture[str]) -> str:
    main([*words, "--home", str(project.rooms.home)])
    return "".join(capsys.readouterr())


def places(project: Project, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """All that the workbench tells of a project, by where."""
    path, steps = project.results.data_path(), project.recipe.steps
    recipe = Recipe(steps=steps)
    told = {
        "profile": str(project.results.profile()),
        "findings": str(project.results.findings()),
        "schema": str(prepare.schema(recipe, path)),
        "sql": prepare.as_sql(recipe, path),
        "python": prepare.as_python(recipe, path),
        "look-alikes": str(prepare.alike(Recipe(), path, "remark", "fingerprint")),
        "outcome": said(
            project, "run", project.slug, "--until", "collect", "--json", capsys=capsys
        ),
        "projects": said(project, "projects", "--json", capsys=capsys),
        "history": said(project, "history", project.slug, "--json", capsys=capsys),
    }
    for number in range(len(steps)):
        shown = prepare.preview(recipe, path, step=number)
        frames = (shown.before, shown.after, shown.dropped)
        told[f"preview {number}"] = " ".join([*(f.to_csv() for f in frames), str(shown), shown.sql])
    return told


def asked(project: Project, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What questions in SQL are answered, on the command line and as a file."""
    told, out = {}, project.rooms.home / "out.csv"
    for sql in ASKED:
        told[f"asked {sql}"] = said(project, "sql", project.slug, sql, "--json", capsys=capsys)
        project.questions.download(sql, out)
        told[f"downloaded {sql}"] = out.read_text()
    return told


def pages(project: Project, names: list[str]) -> dict[str, str]:
    told = {}
    for name in names:
        page = open_page(name, project=project.slug)
        assert not cards(page)
        told[name] = drawn(page)
    return told


def holding(told: dict[str, str]) -> set[str]:
    return {where for where, text in told.items() if WORD in text or str(NUMBER) in text}


def test_a_sealed_row_is_seen_nowhere_before_an_evaluation(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = drawn(open_page("collect", project=project.slug))
    assert WORD in seen  # nothing is sealed before there is a split
    assert str(NUMBER) in str(project.results.profile())
    assert "not looked at" not in seen
    project.run("train")
    told = pages(project, PAGES)
    assert holding({**told, **places(project, capsys), **asked(project, capsys)}) == set()
    for name in ("collect", "prepare"):
        assert SENTENCE in told[name]
    assert "The first 160 of 160 rows." in told["collect"]


def test_an_evaluation_opens_the_sealed_rows_to_the_pages_but_to_no_question(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run("evaluate")
    told = {**pages(project, ["collect", "prepare"]), **places(project, capsys)}
    assert {"profile", "collect", "preview 0", "sql"} <= holding(told)
    assert SENTENCE not in told["collect"]
    assert project.sealing.sentence() == ""
    assert holding(asked(project, capsys)) == set()
    for exporter in EXPORTERS.values():
        exporter.of().write(handover.exhibit(project), project.rooms.home)


def test_what_is_shown_equals_the_rows_that_are_not_sealed(project: Project) -> None:
    before = project.results.profile()
    project.run("prepare")
    split = project.results.split()
    numbers = pd.read_parquet(project.rooms.objects.path(split.sealed.sha256))["row"]
    whole = pd.read_parquet(project.rooms.objects.path(project.results.data().sha256))
    shown = pd.read_parquet(project.results.data_path())
    pd.testing.assert_frame_equal(shown, whole.drop(index=numbers).reset_index(drop=True))
    seen = project.results.profile()
    assert seen == profiler.profile(project.results.data_path(), seen.data_version)
    assert (before.rows, seen.rows) == (200, 160)


def test_newer_data_hides_the_rows_that_are_sealed_in_it(project: Project, tmp_path: Path) -> None:
    project.run("prepare")
    more = frame(50).assign(customer_id=[f"new{n}" for n in range(50)])
    later = tmp_path / "later.csv"
    more.to_csv(later, index=False)
    project.edit("data.additions", [str(later)])
    project.run("collect")
    assert project.results.data().rows == 250
    shown = warehouse.frame("FROM rows", project.results.data_path())
    assert len(shown) == 210
    assert WORD not in shown.to_csv()
    assert project.results.profile().rows == 210
    assert "40 sealed test rows" in project.sealing.sentence()


def test_an_erased_person_leaves_the_other_rows_sealed(project: Project, sealed_row: int) -> None:
    project.run("prepare")
    for who in (0, sealed_row - 1):  # rows before it: its number changes
        name = f"C0{who:05d}"
        project.erasure.erase(Subject.where([Condition(column="customer_id", value=name)]))
    split = project.results.split()
    shown = warehouse.frame("FROM rows", project.results.data_path())
    tested = warehouse.frame("FROM rows", project.rooms.objects.path(split.test.sha256))
    assert not set(shown["customer_id"]) & set(tested["customer_id"])
    assert len(shown) + len(tested) == 198
    assert WORD not in shown.to_csv()


def test_every_opening_says_who_why_and_when(project: Project) -> None:
    project.run("evaluate")
    page = open_page("evaluate", project=project.slug)
    assert "opened once" in texts(page)
    (line,) = project.sealing.openings()
    assert line.actor == "ana"
    assert line.detail["rows"] == 40
    assert line.detail["run_id"] == project.results.training().run_id
