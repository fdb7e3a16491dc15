"""The way on: what is still missing, and the next stage."""

import streamlit as st
from streamlit.errors import StreamlitAPIException

from mll_core.domain.stage import Stage, Status
from mll_core.workspace import Project
from pages._ui import state
from pages._ui.words import WORDS


def link(page: str, label: str, *, icon: str | None = None, help: str | None = None) -> None:
    """A link to a page that carries the project along; plain text when the page runs alone."""
    try:
        st.page_link(
            f"pages/{page}.py", label=label, icon=icon, help=help, query_params=state.address()
        )
    except (StreamlitAPIException, KeyError):
        st.markdown(label)


def draw(project: Project, stage: Stage) -> None:
    """What this stage still asks for, and where to go next."""
    states = {state.stage: state for state in project.states()}
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        here = states[stage]
        if here.status in (Status.TO_DO, Status.CHECK) and here.reason:
            st.markdown(f":material/pending: Still open here: {here.reason}", width=720)
        for after in stage.after[:1]:
            link(after.value, f"Next: {WORDS[after].title}", icon=":material/arrow_forward:")
        if not stage.after:
            link("story", "Tell the story", icon=":material/auto_stories:")
