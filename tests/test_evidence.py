import json
from pathlib import Path

import pytest
from projects import csv, finished

from mll_core.domain.errors import NotFound, NotReady
from mll_core.infra.artefacts import EVIDENCE
from mll_core.project import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return finished(tmp_path_factory.mktemp("evidence")).project("customers")


def test_a_view_is_worked_out_when_asked_and_kept(project: Project) -> None:
    kinds = [cls.name() for cls in project.evidence.menu()]
    assert {"by_class", "gains", "weak_segments", "label_noise", "twins"} <= set(kinds)
    assert "over_time" not in kinds
    before = len(project.artefacts.all(EVIDENCE))
    sheet = project.evidence.sheet("gains")
    assert sheet is not None
    assert sheet.stamp.rows == project.report().test_rows
    assert project.evidence.sheet("gains") == sheet
    assert len(project.artefacts.all(EVIDENCE)) == before + 1


def test_heavy_views_wait_for_a_job_and_are_there_after_it(project: Project) -> None:
    assert project.evidence.sheet("robustness") is None
    made = project.evidence.work_out("robustness")
    assert project.evidence.sheet("robustness") == made


def test_the_same_number_is_never_told_twice_in_two_ways(project: Project) -> None:
    report, stakes = project.report(), project.evidence.stakes()
    assert stakes is not None
    now = stakes.ladder.read(stakes.ladder.at(stakes.in_use))
    assert now.cells == report.confusion
    assert now.precision == report.test["precision"].value
    assert now.recall == report.test["recall"].value
    sheet = project.evidence.sheet("by_class")
    assert sheet is not None
    yes = next(row for row in sheet.grids[0].rows if row[0] == report.classes[1])
    assert str(yes[3]).startswith(f"{100 * report.test['recall'].value:.1f} %")


def test_a_cell_of_the_matrix_leads_to_its_rows(project: Project) -> None:
    report = project.report()
    sheet = project.evidence.sheet("confusion")
    assert sheet is not None
    (heat,) = sheet.heats
    counts = [[int(word) for word in line] for line in heat.words]
    assert counts == [list(line) for line in report.confusion]
    behind = sheet.behind[heat.rows[1][0]]
    assert len(behind.places) == report.confusion[1][0]
    rows = project.evidence.rows(behind)
    assert set(rows["left"]) == {report.classes[1]}
    probability = rows[behind.columns[0]]
    assert probability.is_monotonic_decreasing
    assert (probability > 0).all()


def test_what_was_said_is_kept_beside_the_test_and_made_again_when_it_is_gone(
    project: Project,
) -> None:
    (kept,) = (project.rooms.home / "sealed").glob("*.said-*.parquet")
    kept.unlink()
    assert project.evidence.sheet("worst_errors") is not None


def test_views_need_a_judged_model_and_a_name_that_is_known(project: Project) -> None:
    with pytest.raises(NotFound):
        project.evidence.sheet("horoscope")
    with pytest.raises(NotFound):
        project.evidence.work_out("horoscope")


def test_openings_are_told_with_who_and_why(project: Project) -> None:
    found = project.evidence.openings()
    assert found is not None
    (line,) = found.lines
    assert line.by == "ana"
    assert line.why.startswith("to judge")
    assert json.loads(found.model_dump_json())["sentence"]


def test_another_model_is_not_looked_at_until_the_test_was_opened_for_it(tmp_path: Path) -> None:
    project = finished(tmp_path).project("customers")
    project.edit("train.seed", 5)
    project.run("train")
    with pytest.raises(NotReady):
        project.evidence.sheet("gains")
    project.run("evaluate", why="the head of retention asked")
    found = project.evidence.openings()
    assert found is not None
    assert [line.why for line in found.lines][-1] == "the head of retention asked"
    assert "opened for 2 candidates" in found.sentence
    assert "by luck alone" in found.sentence


def test_rows_added_since_can_be_a_fresh_test(tmp_path: Path) -> None:
    project = finished(tmp_path).project("customers")
    before = project.evidence.openings()
    assert before is not None
    assert before.fresh is None
    rows = project.results.data().rows
    project.edit("data.additions", [str(csv(tmp_path, rows=200, seed=9))])
    project.run("collect")
    offered = project.evidence.openings()
    assert offered is not None
    assert offered.fresh is not None
    assert offered.fresh.label == "Cut a fresh test from the 200 rows added since"
    project.apply(offered.fresh)
    project.run("prepare")
    split = project.results.split()
    assert split is not None
    assert (split.development.rows, split.test.rows) == (rows, 200)
    after = project.evidence.openings()
    assert after is not None
    assert "not been opened" in after.sentence


def test_before_the_test_is_opened_a_copy_is_explained_on_rows_it_did_not_see(
    tmp_path: Path,
) -> None:
    project = finished(tmp_path).project("customers")
    project.edit("train.seed", 5)
    project.run("train")
    kinds = [cls.name() for cls in project.evidence.menu()]
    assert kinds == ["relies_on", "moves", "one_column", "together", "few_rules"]
    assert project.evidence.sheet("one_column") is None
    made = project.evidence.work_out("relies_on")
    assert made.stamp.split.startswith("development rows that a copy of the model did not learn")
    assert 0 < made.stamp.rows < project.results.split().development.rows / 2
    assert project.evidence.sheet("relies_on") == made
    assert len(project.seals.openings(project.results.split().test.sha256)) == 1
    with pytest.raises(NotReady):
        project.evidence.work_out("gains")
