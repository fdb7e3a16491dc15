"""A sealed row is planted with a value found nowhere else, and looked for through every door."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import projects
import pytest
from page_cases import cards, open_page, texts
from samples import parquet
from streamlit.testing.v1 import AppTest

from mll_core import handover
from mll_core.catalog import EXPORTERS
from mll_core.cli import main
from mll_core.domain.data import Split
from mll_core.domain.job import Event
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage
from mll_core.domain.subject import Condition, Subject
from mll_core.infra import events, profiler, raw_numbers, warehouse
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
    return Workspace.open(projects.mirrored(home), actor="ana").create_project(
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
        "look-alikes": str(
            prepare.alike(Recipe(), path, prepare.Spellings(column="remark", method="fingerprint"))
        ),
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


def test_no_newer_way_to_see_rows_shows_a_sealed_one(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.run("prepare")
    slug, out = project.slug, tmp_path / "prepared.csv"
    asked = ["--budget", "3", "--json"]
    ways = [
        ["prepare", slug, "-o", str(out), "--json"],
        ["leaks", slug, "--column", "remark", "--column", "owed", *asked],
        ["judge", slug, "remark", "--decision", "keep", "--why", "known before", "--json"],
        ["impact", slug, *asked],
        ["null", slug, "--shuffles", "3", *asked],
        ["features", slug, "--take", *asked],
    ]
    told = {" ".join(words[:3]): said(project, *words, capsys=capsys) for words in ways}
    project.edit("prepare.steps", STEPS[:2])
    ways = [
        ["prepare", slug, "--json"],
        ["tables", "list", slug, "--json"],
        ["tables", "compare", slug, "1", "2", "--json"],
        ["tables", "name", slug, "2", "for the board", "--json"],
        ["tables", "reproduce", slug, "2", "--json"],
        ["tables", "write", slug, "2", "-o", str(tmp_path / "again.csv"), "--json"],
        ["sql", slug, "FROM prepared", "--json"],
        ["doctor", "--json"],
        ["jobs", "--json"],
    ]
    told |= {" ".join(words[:3]): said(project, *words, capsys=capsys) for words in ways}
    assert not [where for where, text in told.items() if "error:" in text]
    for file in (out, tmp_path / "again.csv"):
        assert len(pd.read_csv(file)) == 160
        told[file.name] = file.read_text()
    recipe, path = Recipe(steps=project.recipe.steps), project.results.data_path()
    told["spark"] = prepare.as_pyspark(Recipe(steps=recipe.steps[:2]), path)
    told["near"] = str(prepare.near(recipe, path, ("remark",), 0.7))
    told["menu"] = str(prepare.values(recipe, path, "remark", 50))
    told["results"] = str(project.bench().artefacts.all("prepared"))
    for kind in ("leaks", "steps", "features", "looked", "sealed"):
        told[f"kept {kind}"] = str(project.bench().artefacts.all(kind))
    told["log"] = str(_events(project))
    told |= pages(project, ["prepare", "activity", "story"])
    assert holding(told) == set()


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


OLD = pd.DataFrame(
    {
        "n": [3, 4, 5],
        "at": pd.to_datetime(["2024-01-01", "2024-01-02", None]),
        "share": np.array([0.1, 0.2, np.nan], dtype="float32"),
        "who": ["a", "b", None],
        "code": [7, 8, 9],
    }
)


def test_rows_are_known_again_by_their_values_however_they_are_written(tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.parquet"
    raw_numbers.keep(np.array([0, 2]), numbers)
    old = parquet(tmp_path, OLD, "old")
    new = OLD.assign(n=OLD["n"] * 1.0, at=OLD["at"].dt.date, share=[0.1, 0.2, np.nan])
    again = pd.concat([new.iloc[[1]], new, new.assign(n=3.5), new.assign(who="c")])
    found = raw_numbers.same_in(parquet(tmp_path, again, "new"), old, numbers)
    assert found.tolist() == [1, 3]
    other = again.assign(code="code " + again["code"].astype(str))  # of another kind: not compared
    assert raw_numbers.same_in(parquet(tmp_path, other, "text"), old, numbers).tolist() == [1, 3]


def _events(project: Project) -> tuple[Event, ...]:
    return events.read(project.rooms.database, project.slug, 1000)


def drawn_anew(project: Project) -> tuple[Event, set[int], set[int]]:
    """The line of the log, and the numbers of the rows sealed before and now."""
    before, now = (
        {*raw_numbers.read(project.rooms.objects.path(Split(**one.value).sealed.sha256)).tolist()}
        for one in reversed(project.bench().artefacts.all("prepare")[:2])
    )
    line = next(e for e in _events(project) if e.kind == "test.redrawn")
    return line, before, now


def test_a_test_that_is_drawn_anew_says_which_rows_were_sealed_or_shown_before(
    project: Project,
) -> None:
    project.run("prepare")
    assert project.sealing.redrawn() == ()
    project.edit("split.seed", 7)
    project.run("prepare")
    line, before, now = drawn_anew(project)
    assert line.detail["released"] == len(before - now) > 0
    assert line.detail["seen"] == len(now - before) > 0
    assert (line.detail["judged"], line.detail["answered"]) == (0, 0)
    page = texts(open_page("prepare", project=project.slug, prepare="Split"))
    assert "learned from now, from a test that nobody had opened" in page
    assert "of its 40 rows were shown and learned from under an earlier split" in page


def test_rows_of_a_test_that_was_opened_stay_told_of_when_it_is_drawn_anew(
    project: Project,
) -> None:
    project.run("evaluate")
    project.edit("split.seed", 7)
    project.run("prepare")
    line, before, now = drawn_anew(project)
    assert line.detail["judged"] == len(before & now)
    assert line.detail["answered"] == len(before - now)
    page = texts(open_page("evaluate", project=project.slug))
    assert f"{len(before - now)} of them from a test that was opened" in page
    assert f"{len(before & now)} of its 40 rows judged a model before" in page
    project.edit("split.seed", 0)
    project.run("prepare")  # the first test again: it was opened, and its rows were learned from
    assert len(project.sealing.openings()) == 1
    assert any("were shown and learned from" in said for said in project.sealing.redrawn())


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
