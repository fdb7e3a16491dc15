"""The recipe as a list of sentences that can be moved, removed and undone."""

import re

import streamlit as st

from mll_core.domain.recipe import Recipe
from mll_core.workspace import Project
from pages._ui import guard
from pages._ui.words import escape

PATH = "prepare.steps"
UNDONE = "undid the recipe back to version "


def draw(project: Project) -> None:
    """Every step as a sentence with its buttons, and Undo."""
    steps = project.document.prepare.steps
    if not steps:
        st.caption("No steps yet: the data is used as it came.")
    for number, step in enumerate(steps):
        said, buttons = st.columns([3, 1], vertical_alignment="center")
        said.markdown(f"**{number + 1}.** {escape(step.sentence())}")
        with buttons.container(horizontal=True, wrap=False, gap="xxsmall"):
            _button(project, number, "up", -1, ":material/arrow_upward:", number == 0)
            last = number == len(steps) - 1
            _button(project, number, "down", 1, ":material/arrow_downward:", last)
            st.button(
                "",
                key=f"step-remove-{number}",
                icon=":material/delete:",
                help=f"Remove step {number + 1}",
                type="tertiary",
                on_click=guard.attempt,
                args=(project.history.remove, PATH, number, f"removed step {number + 1}"),
            )
    earlier = before(project)
    st.button(
        "Undo",
        key="recipe-undo",
        icon=":material/undo:",
        shortcut="Ctrl+Z",
        disabled=earlier is None,
        on_click=guard.attempt,
        args=(_undo, project, earlier),
    )


def _button(
    project: Project, number: int, where: str, offset: int, icon: str, disabled: bool
) -> None:
    st.button(
        "",
        key=f"step-{where}-{number}",
        icon=icon,
        help=f"Move step {number + 1} {where}",
        type="tertiary",
        disabled=disabled,
        on_click=guard.attempt,
        args=(_swap, project, number, number + offset),
    )


def _swap(project: Project, one: int, other: int) -> None:
    steps = list(project.document.prepare.steps)
    steps[one], steps[other] = steps[other], steps[one]
    Recipe(steps=tuple(steps))  # refuses an order in which rows would be dropped too late
    project.edit(PATH, steps, f"moved step {one + 1}")


def before(project: Project) -> int | None:
    """The version of the document with the recipe before this one; undoing twice goes further."""
    versions = {version.version: version for version in project.history.versions()}
    newest = max(versions)
    found = re.fullmatch(UNDONE + r"(\d+)", versions[newest].reason)
    start = int(found[1]) if found else newest
    now = project.document.prepare.steps
    read = project.rooms.projects.parse
    earlier = (number for number in range(start - 1, 0, -1))
    return next((n for n in earlier if read(versions[n].text).prepare.steps != now), None)


def _undo(project: Project, version: int) -> None:
    versions = {known.version: known for known in project.history.versions()}
    steps = project.rooms.projects.parse(versions[version].text).prepare.steps
    project.edit(PATH, list(steps), f"{UNDONE}{version}")
