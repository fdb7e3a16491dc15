"""The recipe as a list of sentences that can be changed, moved, switched off and undone."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.recipe import ordered
from mll_core.domain.step import Step
from mll_core.recipe_editor import COPY_OFF, RecipeEditor
from mll_core.recipe_faults import faults
from mll_core.recipe_trail import Steps, trail
from mll_core.workspace import Project
from pages._ui import account, guard, impact, parted, places
from pages._ui.words import escape

OPEN = "recipe-open"
"""Where the session keeps which step of which list is open, and how; None: a new one."""
MENU = ("Change", "Copy", "Switch off", "Comment or group", "Remove")
OFF = "Switch on"


def draw(project: Project) -> None:
    """Every step with its buttons, Undo and Redo."""
    steps = project.recipe.steps
    if not steps:
        st.caption("No steps yet: the data is used as it came.")
    parted.warn(project)
    heading, worth, wrong = "", impact.found(project), faults(project)
    for number, step in enumerate(steps):
        if step.group != heading:
            heading = step.group
            st.markdown(f"**{escape(heading or 'Other steps')}**")
        _line(project, number, step, steps)
        if error := wrong.get(number):
            said = places.said(f"{error} {error.hint}", steps, number)
            st.error(f"Step {number + 1} does not work: {escape(said)}", icon=":material/error:")
        impact.line(worth, number, step)
    way = trail(project.history)
    with st.container(horizontal=True):
        shown = project.recipe.on(steps)
        _travel("Undo", "Ctrl+Z", shown.undo, steps, way.undo)
        _travel("Redo", "Ctrl+Y", shown.redo, steps, way.redo)
    impact.draw(project)
    impact.seek(project)


def _line(project: Project, number: int, step: Step, shown: Steps) -> None:
    said, buttons = st.columns([3, 1], vertical_alignment="center")
    sentence = escape(step.sentence())
    said.markdown(
        f"**{number + 1}.** {sentence}"
        if step.enabled
        else f"**{number + 1}.** ~~{sentence}~~ :gray-badge[off]"
    )
    if step.comment:
        said.caption(escape(step.comment))
    with buttons.container(horizontal=True, wrap=False, gap="xxsmall"):
        _move(project, number, "up", -1, shown)
        _move(project, number, "down", 1, shown)
        options = MENU if step.enabled else [OFF if o == "Switch off" else o for o in MENU]
        st.menu_button(
            "",
            options,
            key=f"step-menu-{number}",
            icon=":material/more_vert:",
            type="tertiary",
            on_click=_chosen,
            args=(project, number, shown),
            **account.allowed(Permission.EDIT, help=f"What to do with step {number + 1}"),
        )


def _move(project: Project, number: int, where: str, offset: int, shown: Steps) -> None:
    st.button(
        "",
        key=f"step-{where}-{number}",
        icon=f":material/arrow_{where}ward:",
        type="tertiary",
        on_click=guard.attempt,
        args=(project.recipe.on(shown).move, number, number + offset),
        **account.allowed(
            Permission.EDIT,
            help=f"Move step {number + 1} {where}",
            disabled=not _movable(shown, number, number + offset),
        ),
    )


def _movable(steps: Steps, number: int, to: int) -> bool:
    """Whether there is such a place, and rows would still be chosen before anything is learned."""
    if not 0 <= to < len(steps):
        return False
    moved = [*steps[:number], *steps[number + 1 :]]
    moved.insert(to, steps[number])
    return ordered(moved) == tuple(moved)


def _chosen(project: Project, number: int, shown: Steps) -> None:
    editor, chosen = project.recipe.on(shown), st.session_state[f"step-menu-{number}"]
    match chosen:
        case "Change":
            st.session_state[OPEN] = (number, "change", shown)
        case "Comment or group":
            st.session_state[OPEN] = (number, "note", shown)
        case "Copy":
            guard.attempt(_copy, editor, number)
        case "Remove":
            guard.attempt(editor.remove, number)
        case _:
            enabled = not shown[number].enabled
            guard.attempt(partial(editor.note, enabled=enabled), number)


def _copy(editor: RecipeEditor, number: int) -> None:
    if not editor.copy(number):
        st.toast(f"{COPY_OFF} Change it, then switch it on.", icon=":material/content_copy:")


def _travel(label: str, keys: str, action: object, now: Steps, way: Sequence[Steps]) -> None:
    st.button(
        label,
        key=f"recipe-{label.lower()}",
        icon=f":material/{label.lower()}:",
        shortcut=keys,
        on_click=guard.attempt,
        args=(action,),
        **account.allowed(
            Permission.EDIT, help=_between(now, way[-1]) if way else None, disabled=not way
        ),
    )


def _between(now: Steps, then: Steps) -> str:
    """What another list would take out and bring back, before anybody goes there."""
    out = [f"Takes out: {escape(step.sentence())}" for step in now if step not in then]
    back = [f"Brings back: {escape(step.sentence())}" for step in then if step not in now]
    return "  \n".join((*out, *back)) or "Puts the steps into another order."
