import json
import os
from pathlib import Path

import pytest
from projects import csv, finished

from mll_core.cli import main
from mll_core.domain.discovered import Oddity
from mll_core.domain.errors import NotFound
from mll_core.domain.report import COMMON, DATA, DECIDING, MODEL
from mll_core.handover import WATCHED, exhibit
from mll_core.infra import report_page
from mll_core.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return finished(tmp_path).project("customers")


def struck(project: Project) -> list[str]:
    """The claims that are struck through in the report as it would be written now."""
    text = report_page.render(exhibit(project))
    return [c.sentence for c in project.report().claims if f"<s>{c.sentence}" in unquoted(text)]


def unquoted(text: str) -> str:
    return text.replace("&#x27;", "'")


def test_nothing_is_struck_through_while_all_stands(project: Project) -> None:
    assert exhibit(project).standing.changes == ()
    assert struck(project) == []
    project.edit("brief.question", "Who goes?")
    project.edit("brief.unit", "customer")
    project.sign_off("Ana", "head")
    assert struck(project) == []


def test_values_that_changed_strike_what_was_decided_by_them_and_the_gate(
    project: Project,
) -> None:
    project.edit("brief.values", {"true_positive": 90, "false_positive": -10})
    gone, all_of_them = struck(project), project.report().claims
    assert gone == [claim.sentence for claim in all_of_them if set(DECIDING) <= set(claim.needs)]
    assert 0 < len(gone) < len(all_of_them)
    assert "<s>The gate is" in report_page.render(exhibit(project))


@pytest.mark.parametrize(("path", "value"), [("prepare.exclude", []), ("train.seed", 9)])
def test_a_recipe_or_plan_that_changed_strikes_every_claim(
    project: Project, path: str, value: object
) -> None:
    project.edit(path, value)
    assert len(struck(project)) == len(project.report().claims)
    said = report_page.render(exhibit(project))
    what = WATCHED[path.split(".", maxsplit=1)[0]]
    assert f"{what} was changed after version 2 of the document." in said


def test_everything_a_claim_may_stand_on_is_watched_and_has_a_name() -> None:
    assert {*COMMON, *DECIDING} < {*WATCHED}
    assert not [what for what in WATCHED.values() if "_" in what or "." in what]


def test_newer_data_strikes_every_claim_and_names_both_versions(
    project: Project, tmp_path: Path
) -> None:
    project.edit("data.additions", [str(csv(tmp_path, rows=40, seed=9))])
    project.run("collect")
    now = {change.input: change.sentence for change in exhibit(project).standing.changes}
    assert project.results.data().sha256[:8] in now[DATA]
    assert len(struck(project)) == len(project.report().claims)


def test_a_file_that_changed_strikes_every_claim_before_it_is_read_again(
    project: Project,
) -> None:
    source = Path(project.document.data.source)
    before, kept = source.read_text(), source.stat()
    try:
        source.write_text(f"{before}C9,1,30,Gold,f,no\n")
        assert len(struck(project)) == len(project.report().claims)
        source.unlink()
        assert struck(project) == []
    finally:
        source.write_text(before)
        os.utime(source, ns=(kept.st_atime_ns, kept.st_mtime_ns))  # others were made of it too


def test_two_candidates_stand_side_by_side_on_the_same_rows(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = project.report()
    project.edit("train.models", [{"kind": "decision_tree"}, {"kind": "prior"}])
    project.run("train")
    assert {change.input for change in exhibit(project).standing.changes} >= {MODEL}
    project.run("evaluate", why="another kind of model")
    home = ["--home", str(project.rooms.home)]
    asked = ["report", "customers", "--against", first.run_id[:8], "--to", str(tmp_path)]
    for form in ("json", "md", "html"):
        assert main([*home, "--json", *asked, "--format", form]) == 0
    kept, text, page = (Path(json.loads(line)["files"][0]) for line in _lines(capsys))
    rival = json.loads(kept.read_text())["rival"]
    assert rival["report"]["run_id"] == first.run_id
    mine, theirs = project.report().test["roc_auc"].value, first.test["roc_auc"].value
    assert rival["differences"]["roc_auc"]["value"] == pytest.approx(mine - theirs, abs=1e-12)
    assert "Beside another model" in text.read_text()
    made = page.read_bytes()
    again = ["report", "customers", "--from", str(kept), "--to", str(tmp_path / "again")]
    assert main([*home, *again]) == 0
    assert (tmp_path / "again" / page.name).read_bytes() == made
    with pytest.raises(NotFound):
        exhibit(project, "nobody")


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_what_was_named_personal_after_the_evaluation_is_in_no_report(project: Project) -> None:
    assert any("fee" in row["record"] for row in exhibit(project).report.worst)
    project.edit("data.personal", ["fee"])
    report = exhibit(project).report
    assert report.explanation
    for row in (*report.worst, *report.explanation.rows):
        assert "fee" not in row["record"]
        assert "calls" in row["record"]


def test_a_row_that_stands_out_tells_no_personal_value() -> None:
    reasons = ("fee is 9 (usually 2 to 4)", "calls is 7")
    odd = Oddity(row=3, score=0.9, record={"fee": 9, "calls": 7}, reasons=reasons)
    told = odd.without(["fee"])
    assert told.record == {"calls": 7}
    assert told.reasons == ("fee is unusual", "calls is 7")
