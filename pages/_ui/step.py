"""One step of the recipe on the table: a new one, or one that is changed, with its live preview."""

from typing import Any

import streamlit as st

from mll_core import step_menu
from mll_core.catalog import STEPS
from mll_core.domain import column_units
from mll_core.domain.formula_completion import Names
from mll_core.domain.identity import Permission
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.recipe_trail import Steps
from mll_core.stages import prepare
from mll_core.stages.prepare import Preview
from mll_core.workspace import Project
from pages._ui import account, form, guard, lost, menu, other_table, parted, people, preview, recipe
from pages._ui.words import escape

ROWS = 50


def draw(project: Project) -> None:
    """The step that is open, else the choice of a new one above the whole recipe at work."""
    if not account.holds(Permission.EDIT):
        _looked_at(project)
        return
    opened = st.session_state.get(recipe.OPEN)
    if opened is None:
        st.header("Add a step")
        _new(project)
        return
    number, how, shown = opened
    st.header(f"Step {number + 1}")
    if project.recipe.steps != shown:
        st.warning(
            "Somebody changed the recipe while this step was open. Close it, look at the list "
            "as it is now, then open the step again.",
            icon=":material/sync_problem:",
        )
    elif how == "note":
        _note(project, number, shown)
    else:
        _change(project, number, shown)
    st.button("Close", key="step-close", icon=":material/close:", on_click=_close)


def _looked_at(project: Project) -> None:
    st.header("What the recipe does")
    if not project.recipe.steps:
        st.caption("Nothing: there are no steps.")
        return
    with guard.user_errors("The recipe is as it was."):
        steps, path = Recipe(steps=project.recipe.steps), project.results.data_path()
        others = project.tables.paths(steps.steps)
        shown = prepare.preview(steps, path, limit=ROWS, others=others, patient=False)
        preview.draw(people.previewed(project, shown))


def _new(project: Project) -> None:
    kind = menu.choose()
    if kind is None:
        if project.recipe.steps:
            _looked_at(project)
        return
    now = Recipe(steps=project.recipe.steps)
    step = _form(project, STEPS[kind], now, f"step-{len(now.steps)}-", None)
    if step is None:
        return
    candidate = now.then(step)
    shown = _shown(project, candidate, _place(candidate, now))
    first = lost.draw(shown, step) if shown else ()
    if shown and st.button(
        "Add both steps" if first else "Add this step",
        type="primary",
        icon=":material/add:",
        key="step-add",
        help=account.refused(Permission.EDIT),
        disabled=not account.may(Permission.EDIT),
    ):
        for one in (*first, step):
            project.recipe.add(one)
        st.rerun()


def _place(candidate: Recipe, before: Recipe) -> int:
    """Where the step stands that came in."""
    pairs = zip(candidate.steps, before.steps, strict=False)
    return next((n for n, (new, old) in enumerate(pairs) if new != old), len(before.steps))


def _change(project: Project, number: int, steps: Steps) -> None:
    old = steps[number]
    before = Recipe(steps=steps[:number])
    version = project.history.newest().version
    step = _form(project, type(old), before, f"step-{version}-{number}-", old)
    if step is None:
        return
    candidate = Recipe(steps=(*steps[:number], step, *steps[number + 1 :]))
    if _shown(project, candidate, number) and st.button(
        "Save the change",
        type="primary",
        icon=":material/check:",
        key="step-save",
        help=account.refused(Permission.EDIT),
        disabled=step.plain() == old.plain() or not account.may(Permission.EDIT),
    ):
        project.recipe.on(steps).replace(number, step)
        _close()
        st.rerun()


def _form(
    project: Project, cls: type[Step], before: Recipe, prefix: str, now: Step | None
) -> Step | None:
    left_out = {project.document.brief.target, *project.document.prepare.excluded}
    if cls.rows != "keep":  # it runs once: keys and answers may say which rows belong together
        left_out = set()
    st.caption(escape(step_menu.card(cls)))
    with guard.user_errors("The recipe is as it was."):
        others = project.tables.paths(before.steps)
        schema = prepare.schema(before, project.results.data_path(), others, patient=False)
        pickable = type(schema)({n: t for n, t in schema.items() if n not in left_out})
        table = other_table.chosen(project, cls, prefix, now)
        if table == "":
            st.caption("Choose the other table first.")
            return None
        options = other_table.options(project, cls, before)
        fixed = {} if table is None else {"source": table}
        names = Names(pickable, column_units.carried(before.steps))
        return form.draw(cls, names, options=options, fixed=fixed, prefix=prefix, now=now)
    return None


def _shown(project: Project, candidate: Recipe, number: int) -> Preview | None:
    """Draw the step at work, when it may be taken."""
    with guard.user_errors("The recipe is as it was.", candidate.steps, number):
        if target := project.document.brief.target:
            prepare.refuse_target(candidate, target, project.document.split.gap)
        parted.refuse(project, candidate)
        path = project.results.data_path()
        others = project.tables.paths(candidate.steps)
        seen: Any = {"limit": ROWS, "others": others, "patient": False}
        shown = prepare.preview(candidate, path, step=number, **seen)
        st.info(escape(candidate.steps[number].sentence()))
        shown = people.previewed(project, shown)
        preview.draw(shown)
        return shown
    return None


def _note(project: Project, number: int, steps: Steps) -> None:
    step = steps[number]
    with st.form(f"note-{number}", border=False):
        comment = st.text_input("Why it is here", value=step.comment, key=f"comment-{number}")
        group = st.text_input(
            "Heading it stands under", value=step.group, key=f"group-{number}", placeholder="Dates"
        )
        if st.form_submit_button("Save", type="primary"):
            with guard.user_errors():
                project.recipe.on(steps).note(number, comment=comment, group=group)
                _close()
                st.rerun()


def _close() -> None:
    st.session_state[recipe.OPEN] = None
