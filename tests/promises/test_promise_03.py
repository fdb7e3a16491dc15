"""Promise 3: hostile files, names, projects and documents are refused in words, or read rightly."""

import csv
import re
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_files import HOSTILE_NAMES, TABLE, corpus
from proving import FULL, amount, tally
from serving_samples import model, parquet, rows

from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import MllError, NotFound
from mll_core.infra import cage
from mll_core.infra.objects import ObjectStore
from mll_core.stages import collect, deploy
from mll_core.workspace import Workspace

pytestmark = pytest.mark.promise
SECONDS = 5.0
MEMORY_MB = 1_500


def test_every_hostile_file_is_refused_in_words_or_read_rightly(tmp_path: Path) -> None:
    objects = ObjectStore(tmp_path / "home")
    (tmp_path / "good.csv").write_text(TABLE)
    wrong: list[str] = []
    slowest = (0.0, "")
    with tally(3, "files") as counts:
        collect.ingest(str(tmp_path / "good.csv"), ReadOptions(), objects)  # the cage is warm
        for number, hostile in enumerate(counts.some(list(corpus(FULL)), 16)):
            path = tmp_path / f"{number}{hostile.ending}"
            hostile.write(path)
            start = time.monotonic()
            try:
                version = collect.ingest(str(path), ReadOptions(), objects)
                said = f"read as {version.understood}"
                counts["read"] += 1
                right = hostile.reads
            except MllError as error:
                said = f"{error} {error.hint}"
                counts["refused in words"] += 1
                right = not hostile.reads and bool(error.hint) and len(said) < 1_000
            except Exception as error:
                said, right = f"{type(error).__name__}: {error}", False
            took = time.monotonic() - start
            slowest = max(slowest, (took, hostile.name))
            if not right or took > SECONDS:
                wrong.append(f"{hostile.name} ({took:.1f} s): {said[:300]}")
            if path.is_file():
                path.unlink()
        left = [path for path in (tmp_path / "home" / "tmp").iterdir()]
        again = collect.ingest(str(tmp_path / "good.csv"), ReadOptions(), objects)
        cage.close()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        counts[f"MB at most, {slowest[0]:.1f} s the slowest"] = peak
    assert not wrong, "\n".join([f"{len(wrong)} wrong, slowest {slowest}", *wrong])
    assert not left
    assert again.rows == 200
    assert peak < MEMORY_MB
    assert counts["read"] + counts["refused in words"] >= amount(16, 160)


LONG = "x" * 5_000
NAMES = (
    *HOSTILE_NAMES,
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    LONG,
    "a/b",
    ".",
    "..",
    "~",
    "con.txt",
    "\n",
)


def test_hostile_project_names_make_no_path_and_no_crash(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    projects = workspace.rooms.projects
    before = set(tmp_path.iterdir())
    with tally(3, "project names") as counts:
        for name in NAMES:
            try:
                slug = projects.create(projects.build({"name": name}), "made")
                assert re.fullmatch(r"[a-z0-9-]{1,70}", slug)
                assert projects.path(slug).resolve().is_relative_to(tmp_path / "home" / "projects")
                assert projects.parse(projects.newest(slug).text).name == name
                counts["kept as text"] += 1
            except MllError as error:
                counts["refused in words"] += bool(error.hint)
            with pytest.raises(NotFound):
                workspace.project(f"../{name[:50]}")
    assert set(tmp_path.iterdir()) == before
    assert len(workspace.projects()) == counts["kept as text"]
    assert counts.total() == len(NAMES)
    workspace.database.close()


def documents() -> Iterator[str]:
    """Documents that mean harm, or that a slip of the hand makes."""
    good = "name: x\n"
    yield from ("", "null", "[]", "1", "name", "\0", "\ud800", "name: [", "{", "name: x\n  y: z")
    yield from (good + "unknown: 1\n", good * 2, "name: {a: 1}", "name: 5\n", "? [a]\n: b\n")
    yield "!!python/object/apply:os.system ['touch owned']"
    yield "name: !!python/name:os.system\n"
    yield "name: !!binary aGVsbG8=\n"
    yield "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(12)
    )
    yield "name: &x [*x]\n"
    yield "name: " + "[" * 5_000
    yield "name: " + "{a: " * 2_000
    yield "name: x\nname: y\n"
    yield good + "split: {test_share: .nan}\n"
    yield good + "split: {test_share: 9}\n"
    yield good + "split: {seed: " + "9" * 6_000 + "}\n"
    yield good + "train: {budget_seconds: .inf}\n"
    yield good + "prepare: {steps: [{kind: os.system}]}\n"
    yield good + "prepare: {steps: [{kind: derive_column, name: a, formula: '__import__(1)'}]}\n"
    yield good + "prepare: {steps: [5, null, []]}\n"
    yield good + "train: {models: [{kind: ../../x}]}\n"
    yield good + "brief: {criteria: [{metric: x, at_least: 1, at_most: 2}]}\n"
    yield good + "data: {options: {delimiter: ',,,'}}\n"
    yield good + "data: {options: {encoding: rot13}}\n"
    yield "%YAML 9.9\n---\n" + good
    yield "---\nname: x\n---\nname: y\n"
    yield good + "\tbrief: {}\n"
    yield "name: '" + "x" * 2_000_000


def test_hostile_documents_are_refused_with_every_fault_named(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    with tally(3, "documents") as counts:
        for text in documents():
            start = time.monotonic()
            try:
                read = workspace.rooms.projects.parse(text)
                assert isinstance(read.name, str)
                counts["harmless, read"] += 1
            except MllError as error:
                counts["refused in words"] += bool(error.hint)
            assert time.monotonic() - start < SECONDS, text[:80]
    assert counts["refused in words"] >= 27
    assert counts["harmless, read"] <= 6
    assert not list(tmp_path.rglob("owned"))
    assert not workspace.projects()
    workspace.database.close()


FORMULAS = (
    "=1+1",
    "+1",
    "-1+cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",
    "\uff0b1",
    "\uff20x",
)


def test_no_exported_cell_or_header_is_a_formula(tmp_path: Path) -> None:
    frame = rows(len(FORMULAS))
    for name in FORMULAS:
        frame[name] = FORMULAS
    source, out = parquet(frame, tmp_path / "rows.parquet"), tmp_path / "out.csv"
    with tally(3, "formulas") as counts:
        assert deploy.score_file(model(), source, out, keys=FORMULAS) == len(FORMULAS)
        with out.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row[: len(FORMULAS)]]
        assert cells == [f"'{formula}" for formula in FORMULAS] + [
            f"'{formula}" for formula in FORMULAS for _ in FORMULAS
        ]
        counts["cells and headers made harmless"] += len(cells)
