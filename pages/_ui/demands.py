"""What a model must keep to, whatever the rows seem to say."""

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.workspace import Project
from pages._ui import account, form, guard

ORDERED = ("number", "integer")
MOST = 4
"""Groups of columns that are asked for here; the document may name more."""


def draw(project: Project) -> None:
    """Only models that can be followed; columns along which the answer may only rise or fall, and
    those that may act together."""
    with st.expander("What the model must keep to", type="compact"):
        columns = _columns(project)
        numbers = [name for name, ordered in columns.items() if ordered]
        offered = {"rising": numbers, "falling": numbers}
        names = ["interpretable_only", "rising", "falling"]
        form.section(project, "train", names, options=offered)
        _together(project, list(columns))


def _columns(project: Project) -> dict[str, bool]:
    """The columns that models may learn from, and whether each holds numbers."""
    profile, target = project.results.profile(), project.document.brief.target
    columns = profile.columns if profile else ()
    return {c.name: c.semantic in ORDERED for c in columns if c.name != target}


def _together(project: Project, columns: list[str]) -> None:
    """A menu for each group, and an empty one for the next."""
    groups = project.document.train.together
    for number in range(min(MOST, len(groups) + 1)):
        key = _key(project, number)
        st.session_state[key] = [n for n in (*groups, ())[number] if n in columns]
        st.multiselect(
            "Columns that may act together" if not number else f"Group {number + 1}",
            columns,
            key=key,
            placeholder="None: any may" if not groups else "None",
            disabled=not account.may(Permission.EDIT),
            help="With a group named, columns outside of it act alone: no effect of one depends "
            "on another. Models that cannot keep to it are skipped.",
            on_change=_save,
            args=(project,),
        )


def _key(project: Project, number: int) -> str:
    return f"{project.slug}/train.together/{number}"


def _save(project: Project) -> None:
    asked = [st.session_state.get(_key(project, number), []) for number in range(MOST)]
    kept = [list(group) for group in project.document.train.together[MOST:]]
    groups = [group for group in asked if group] + kept
    guard.attempt(project.edit, "train.together", groups, "said which columns may act together")
