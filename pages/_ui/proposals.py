"""What the checks of the data propose for the recipe: accepted one by one, or all at once."""

import streamlit as st

from mll_core.domain.finding import Fix
from mll_core.domain.identity import Permission
from mll_core.workspace import Project
from pages._ui import account, guard
from pages._ui.words import escape


def draw(project: Project) -> None:
    """The proposals that are not in the recipe yet, if any."""
    proposed = project.recipe.proposals()
    if not proposed:
        return
    some = "1 proposal" if len(proposed) == 1 else f"{len(proposed)} proposals"
    with st.expander(f"{some} of the data checks", icon=":material/lightbulb:"):
        if len(proposed) > 1:
            st.button(
                f"Accept all {len(proposed)}",
                key="proposals-all",
                type="primary",
                on_click=guard.attempt,
                args=(project.recipe.take, proposed),
                **account.allowed(Permission.EDIT),
            )
        for number, fix in enumerate(proposed):
            _proposal(project, number, fix)


def _proposal(project: Project, number: int, fix: Fix) -> None:
    said, take = st.columns([3, 1], vertical_alignment="center")
    said.markdown(f"{escape(fix.label)}: {escape(fix.reason)}" if fix.reason else escape(fix.label))
    take.button(
        "Accept",
        key=f"proposal-{number}",
        on_click=guard.attempt,
        args=(project.recipe.take, [fix]),
        **account.allowed(Permission.EDIT),
    )
