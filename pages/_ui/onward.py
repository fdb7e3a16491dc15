"""The way on: what is still missing, and the next stage."""

from collections.abc import Mapping

import streamlit as st
from streamlit.errors import StreamlitAPIException

from mll_core.domain.stage import Stage, StageState, Status
from mll_core.stages import business
from mll_core.workspace import Project
from pages._ui import state
from pages._ui.words import WORDS, escape


def link(
    page: str,
    label: str,
    *,
    icon: str | None = None,
    help: str | None = None,
    more: Mapping[str, str] | None = None,
) -> None:
    """A link to a page that carries the project along; plain text when the page runs alone.

    ``more``: what else its address says, such as which tab is open.
    """
    address = {**state.address(), **(more or {})}
    try:
        st.page_link(f"pages/{page}.py", label=label, icon=icon, help=help, query_params=address)
    except (StreamlitAPIException, KeyError):
        st.markdown(label)


def draw(project: Project, stage: Stage) -> None:
    """What this stage still asks for, and where to go next."""
    states = {state.stage: state for state in project.states()}
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        here = states[stage]
        if said := _open(project, here):
            st.markdown(f":material/pending: {escape(said)}", width=720)
        for after in stage.after[:1]:
            link(after.value, f"Next: {WORDS[after].title}", icon=":material/arrow_forward:")
        if not stage.after:
            link("story", "Tell the story", icon=":material/auto_stories:")


def _open(project: Project, here: StageState) -> str:
    """What a stage still asks for; a brief that says it all only waits for the next run."""
    if here.status not in (Status.TO_DO, Status.CHECK) or not here.reason:
        return ""
    brief = project.document.brief
    if here.stage is not Stage.BUSINESS or here.status is Status.CHECK:
        return f"Still open here: {here.reason}"
    lacking = {
        "what is asked": not brief.question.strip(),
        "which column answers it": brief.target is None and business.needs_target(brief),
    }
    missing = " and ".join(name for name, lacks in lacking.items() if lacks)
    return f"Still open here: say {missing}." if missing else ""
