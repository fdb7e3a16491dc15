"""Two people change one document at once: each change is kept, or refused with a reason."""

from collections.abc import Callable
from pathlib import Path

import projects
import pytest

from mll_core.catalog import STEPS
from mll_core.domain.errors import Conflict, InvalidParameter
from mll_core.history import History
from mll_core.project import Project
from mll_core.workspace import Workspace

TRIM = STEPS["trim_text"].of(column="plan")
UPPER = STEPS["change_case"].of(column="plan", case="upper")
OTHER = STEPS["trim_text"].of(column="gender")


@pytest.fixture
def both(tmp_path: Path) -> tuple[Project, Project]:
    """The same project as ana and as ben see it, with two steps."""
    ana, ben = (Workspace.open(tmp_path / "home", actor=name) for name in ("ana", "ben"))
    made = ana.create_project("Churn", str(projects.csv(tmp_path)), target="left")
    made.edit("prepare.steps", [])
    made.recipe.add(TRIM)
    made.recipe.add(UPPER)
    return made, ben.project(made.slug)


def between(monkeypatch: pytest.MonkeyPatch, others: Callable[[], object]) -> None:
    """Let somebody else act after a change was worked out and before it is written."""
    edit, todo = History.edit, [others]

    def late(self: History, *given: object, **named: object) -> object:
        while todo:
            todo.pop()()
        return edit(self, *given, **named)

    monkeypatch.setattr(History, "edit", late)


def kinds(project: Project) -> list[str]:
    return [step.kind for step in project.recipe.steps]


CHANGES: dict[str, Callable[[Project], object]] = {
    "add": lambda project: project.recipe.add(OTHER),
    "replace": lambda project: project.recipe.replace(0, OTHER),
    "remove": lambda project: project.recipe.remove(0),
    "move": lambda project: project.recipe.move(0, 1),
    "copy": lambda project: project.recipe.copy(0),
    "note": lambda project: project.recipe.note(0, comment="why"),
    "undo": lambda project: project.recipe.undo(),
    "append": lambda project: project.history.append("prepare.steps", OTHER),
    "take out": lambda project: project.history.remove("prepare.steps", 0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_no_change_writes_over_what_somebody_else_just_did(
    both: tuple[Project, Project], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ana, ben = both

    def meanwhile() -> None:
        ben.recipe.note(1, comment="ben was here")
        ben.edit("brief.question", "Who leaves?")  # the newest change is not the one in the way

    between(monkeypatch, meanwhile)
    with pytest.raises(
        Conflict, match=r"ben changed prepare\.steps meanwhile: noted at step 2"
    ) as refused:
        CHANGES[name](ana)
    assert "make your change again" in refused.value.hint
    assert kinds(ana) == ["trim_text", "change_case"]
    assert ana.recipe.steps[1].comment == "ben was here"


def test_changes_of_different_parts_of_the_document_are_both_kept(
    both: tuple[Project, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = both
    between(monkeypatch, lambda: ben.edit("brief.question", "Who leaves?"))
    ana.recipe.add(OTHER)
    assert kinds(ana) == ["trim_text", "change_case", "trim_text"]
    assert ana.document.brief.question == "Who leaves?"


def test_a_name_and_a_verdict_do_not_wipe_out_those_of_somebody_else(
    both: tuple[Project, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = both
    between(monkeypatch, lambda: ben.recipes.keep("bens"))
    with pytest.raises(Conflict, match=r"prepare\.names"):
        ana.recipes.keep("anas")
    between(monkeypatch, lambda: ben.worth.judge("calls", "keep"))
    with pytest.raises(Conflict, match=r"prepare\.verdicts"):
        ana.worth.judge("fee", "leave out")
    assert set(ana.recipes.names) == {"bens"}
    assert [one.column for one in ana.document.prepare.verdicts] == ["calls"]
    assert "fee" not in {one.column for one in ana.document.prepare.exclude}


def test_the_list_that_was_shown_is_changed_and_no_other(both: tuple[Project, Project]) -> None:
    ana, ben = both
    shown = ana.recipe.steps
    ben.recipe.remove(0)
    for change in (
        lambda: ana.recipe.on(shown).remove(0),
        lambda: ana.recipe.on(shown).undo(),
        lambda: ana.recipe.on(shown).note(0, enabled=False),
    ):
        with pytest.raises(Conflict, match="Somebody changed the recipe meanwhile"):
            change()
    assert kinds(ana) == ["change_case"]
    ana.recipe.on(ana.recipe.steps).remove(0)
    assert kinds(ana) == []


def test_a_change_comes_on_top_of_what_was_written_by_hand(both: tuple[Project, Project]) -> None:
    ana, _ = both
    text = ana.path.read_text(encoding="utf-8")
    start = text.index("- kind: change_case")
    end = next(
        n for n in range(start + 1, len(text)) if text[n] == "\n" and text[n + 1] not in " -"
    )
    ana.path.write_text(text[:start].rstrip() + text[end:], encoding="utf-8")
    ana.recipe.add(OTHER)
    assert kinds(ana) == ["trim_text", "trim_text"]


def test_a_name_stands_for_one_recipe(both: tuple[Project, Project]) -> None:
    ana, _ = both
    ana.recipes.keep("first")
    found = ana.recipes.names["first"]
    ana.recipes.keep(" first ")  # the same recipe: nothing is lost
    assert ana.recipes.names == {"first": found}
    ana.recipe.remove(0)
    with pytest.raises(InvalidParameter, match="already named 'first'") as refused:
        ana.recipes.keep("first")
    assert "name of its own" in refused.value.hint
    assert ana.recipes.steps("first") == (TRIM, UPPER)
