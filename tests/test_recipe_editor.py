from pathlib import Path

import pandas as pd
import projects
import pytest

from mll_core.catalog import STEPS
from mll_core.domain.errors import InvalidParameter, NotFound, NotReady, UnknownColumn
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage, Status
from mll_core.project import Project
from mll_core.recipe_trail import trail
from mll_core.recipe_versions import difference
from mll_core.stages import prepare
from mll_core.workspace import Workspace

TRIM = STEPS["trim_text"].of(column="plan")
UPPER = STEPS["change_case"].of(column="plan", case="upper")
FILL = STEPS["fill_missing"].of(column="calls")
FIRST = STEPS["drop_duplicates"].of(columns=["calls"])
OTHER = STEPS["trim_text"].of(column="gender")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    made = workspace.create_project("Churn", str(projects.csv(tmp_path)), target="left")
    made.edit("prepare.steps", [])
    return made


def kinds(project: Project) -> list[str]:
    return [step.kind for step in project.recipe.steps]


def test_steps_are_added_moved_copied_changed_and_removed(project: Project) -> None:
    editor = project.recipe
    editor.add(TRIM)
    editor.add(UPPER)
    editor.add(FIRST, at=0)
    assert kinds(project) == ["drop_duplicates", "trim_text", "change_case"]
    editor.move(2, 1)
    assert kinds(project) == ["drop_duplicates", "change_case", "trim_text"]
    editor.add(editor.steps[1], at=2)
    assert kinds(project) == ["drop_duplicates", "change_case", "change_case", "trim_text"]
    editor.replace(1, UPPER.model_copy(update={"case": "title"}))
    assert editor.steps[1].plain()["case"] == "title"
    editor.remove(2)
    assert kinds(project) == ["drop_duplicates", "change_case", "trim_text"]


def test_rows_are_never_chosen_late_and_no_place_is_made_up(project: Project) -> None:
    project.recipe.add(FIRST)
    project.recipe.add(FILL)
    with pytest.raises(InvalidParameter, match="learns from training rows, so"):
        project.recipe.move(0, 1)
    with pytest.raises(InvalidParameter, match="no number 8"):
        project.recipe.remove(7)
    for nowhere in (7, -1):
        with pytest.raises(InvalidParameter, match="there is no number"):
            project.recipe.copy(nowhere)
    assert kinds(project) == ["drop_duplicates", "fill_missing"]
    project.recipe.add(TRIM)  # at the end, or in front of one that looks at rows: it learns nothing
    project.recipe.move(2, 0)
    project.recipe.add(FIRST)
    assert kinds(project) == ["trim_text", "drop_duplicates", "drop_duplicates", "fill_missing"]


def test_undo_and_redo_go_back_and_forth_through_any_number_of_changes(project: Project) -> None:
    editor = project.recipe
    editor.add(TRIM)
    editor.add(UPPER)
    project.edit("brief.question", "Who leaves?")
    editor.remove(0)
    editor.undo()
    editor.undo()
    assert kinds(project) == ["trim_text"]
    editor.redo()
    assert kinds(project) == ["trim_text", "change_case"]
    editor.redo()
    assert kinds(project) == ["change_case"]
    with pytest.raises(NotReady, match="nothing to make again"):
        editor.redo()
    editor.undo()
    editor.add(OTHER)
    assert not trail(project.history).redo
    assert project.document.brief.question == "Who leaves?"


def test_a_comment_makes_nothing_stale_and_switching_off_does(tmp_path: Path) -> None:
    project = projects.project(tmp_path)
    project.recipe.add(TRIM)
    project.run("prepare")
    state = {s.stage: s.status for s in project.states()}
    assert state[Stage.PREPARE] is Status.DONE
    project.recipe.note(0, comment="old system", group="Tidy")
    assert project.recipe.steps[0].comment == "old system"
    assert {s.stage: s.status for s in project.states()} == state
    project.recipe.note(0, enabled=False)
    assert {s.stage: s.status for s in project.states()}[Stage.PREPARE] is Status.STALE
    project.recipes.keep("before")
    assert project.recipes.names == {"before": project.history.newest().version - 1}


def test_a_changed_step_keeps_its_notes(project: Project) -> None:
    project.recipe.add(UPPER)
    project.recipe.note(0, comment="as in the report")
    project.recipe.replace(0, STEPS["change_case"].of(column="plan", case="lower"))
    assert project.recipe.steps[0].comment == "as in the report"


def test_a_named_recipe_is_found_compared_and_restored(project: Project) -> None:
    project.recipe.add(TRIM)
    project.recipes.keep("tidy only")
    project.recipe.add(UPPER)
    project.recipe.note(0, enabled=False)
    changed = difference(project.recipes.steps("tidy only"), project.recipe.steps)
    assert changed == (
        ("-", TRIM.sentence()),
        ("+", f"(off) {TRIM.sentence()}"),
        ("+", UPPER.sentence()),
    )
    project.recipes.restore("tidy only")
    assert kinds(project) == ["trim_text"]
    with pytest.raises(NotFound, match="tidy"):
        project.recipes.restore("tidy")
    with pytest.raises(InvalidParameter):
        project.recipes.keep("  ")


def test_copying_takes_what_fits_and_says_what_does_not(project: Project, tmp_path: Path) -> None:
    project.recipe.add(TRIM)
    project.recipe.add(STEPS["trim_text"].of(column="gender"))
    path = tmp_path / "other.csv"
    pd.DataFrame({"gender": [" f", "m"] * 40, "y": [1, 0] * 40}).to_csv(path, index=False)
    home = project.rooms.home
    other = Workspace.open(home, actor="ana").create_project("Other", str(path), target="y")
    before = len(other.recipe.steps)
    (refused,) = project.recipe.copy_to(other.recipe)
    assert "'plan'" in refused
    assert [s.kind for s in other.recipe.steps[before:]] == ["trim_text"]


def test_proposals_of_the_checks_are_accepted_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "dirty.csv"
    rows = projects.customers(300)
    rows["joined"] = [f"{1 + n % 28:02d}.03.20{10 + n % 9}" for n in range(300)]
    rows["plan"] = rows["plan"].map(lambda plan: f" {plan}" if plan == "Gold" else plan)
    rows.to_csv(path, index=False)
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    project = workspace.create_project("Dirty", str(path), target="left")
    project.edit("prepare.steps", [])
    proposed = project.recipe.proposals()
    assert {fix.value.get("kind") for fix in proposed} >= {"parse_dates"}
    version = project.history.newest().version
    project.recipe.take(proposed)
    assert project.history.newest().version == version + 1
    assert len(project.recipe.steps) + len(project.document.prepare.exclude) >= len(proposed)
    assert not project.recipe.proposals()


def test_a_proposal_about_values_as_they_came_goes_before_what_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    rows = projects.customers(100)
    rows["price"] = ["?" if n in (3, 8) else f"€ {n}.50" for n in range(100)]
    rows.to_csv(path, index=False)
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    project = workspace.create_project("Prices", str(path), target="left")
    assert "parse_numbers" in [step.kind for step in project.recipe.steps]
    project.recipe.take(project.recipe.proposals())
    kinds = [step.kind for step in project.recipe.steps]
    assert kinds.index("replace_values") < kinds.index("parse_numbers")
    prepare.schema(Recipe(steps=project.recipe.steps), project.results.data_path())


def test_a_column_that_tells_who_somebody_is_is_no_proposal_for_the_recipe(tmp_path: Path) -> None:
    people = projects.customers(60).assign(**{"Last Name": [f"Silva{n}" for n in range(60)]})
    people.to_csv(tmp_path / "people.csv", index=False)
    workspace = Workspace.open(tmp_path / "home", actor="ana")
    made = workspace.create_project("People", str(tmp_path / "people.csv"), target="left")
    assert any(f.fix and f.fix.path == "data.personal" for f in made.results.findings())
    assert all(fix.path.startswith("prepare.") for fix in made.recipe.proposals())


RATIO = STEPS["derive_column"].of(to="per call", formula="fee / calls")
SCALED = STEPS["scale_numbers"].of(column="per call")


def test_a_step_on_a_column_that_is_not_there_is_refused_at_once(project: Project) -> None:
    with pytest.raises(UnknownColumn, match="no column 'paln'") as refused:
        project.recipe.add(STEPS["trim_text"].of(column="paln"))
    assert "'plan'" in refused.value.hint
    with pytest.raises(InvalidParameter, match="'left' is the target"):
        project.recipe.add(STEPS["fill_missing"].of(column="left", how="mode"))
    project.recipe.add(STEPS["filter_rows"].of(formula="left == left"))  # runs once: it may
    project.recipe.add(RATIO)
    project.recipe.add(SCALED)  # of a column that a step before it makes
    assert kinds(project) == ["filter_rows", "derive_column", "scale_numbers"]


def test_what_makes_a_column_stays_in_front_of_what_needs_it(project: Project) -> None:
    editor = project.recipe
    editor.add(RATIO)
    editor.add(SCALED)
    said = "Step 2 needs the column 'per call', which step 1 makes"
    for change in (
        lambda: editor.move(0, 1),
        lambda: editor.note(0, enabled=False),
        lambda: editor.remove(0),
        lambda: editor.replace(0, RATIO.model_copy(update={"to": "other"})),
    ):
        with pytest.raises(InvalidParameter, match=said) as refused:
            change()
        assert "take step 2 out first" in refused.value.hint
    editor.note(1, enabled=False)
    editor.note(0, enabled=False)
    with pytest.raises(UnknownColumn, match="per call"):
        editor.note(1, enabled=True)


def test_a_recipe_that_no_longer_fits_is_mended_step_by_step(project: Project) -> None:
    gone = [RATIO.model_copy(update={"formula": "wage / calls"}), SCALED, TRIM]
    project.edit("prepare.steps", [step.model_dump(mode="json") for step in gone])
    project.recipe.add(OTHER)
    project.recipe.remove(0)
    project.recipe.remove(0)
    assert kinds(project) == ["trim_text", "trim_text"]


def test_a_broken_step_excuses_no_second_one_like_it(project: Project) -> None:
    broken = TRIM.model_copy(update={"column": "wage"})
    project.edit("prepare.steps", [broken.model_dump(mode="json")])
    with pytest.raises(UnknownColumn, match="no column 'wage'"):
        project.recipe.add(broken)
    assert not project.recipe.copy(0)
    assert [step.enabled for step in project.recipe.steps] == [True, False]


def test_a_copy_that_would_make_a_column_twice_waits_switched_off(project: Project) -> None:
    project.recipe.add(RATIO)
    assert not project.recipe.copy(0)
    assert [step.enabled for step in project.recipe.steps] == [True, False]
    project.recipe.replace(1, RATIO.model_copy(update={"to": "again"}))
    project.recipe.note(1, enabled=True)
    project.recipe.add(TRIM)
    assert project.recipe.copy(2)
