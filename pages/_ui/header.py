"""The head of a stage page: the stage as a verb, why it matters, status, and the stamp."""

import streamlit as st

from mll_core.domain.stage import Stage, StageState, Status
from mll_core.workspace import Project
from pages._ui import numbers
from pages._ui.words import SIGNS, WORDS


def title(stage: Stage) -> None:
    """The stage as a verb, and why it matters."""
    words = WORDS[stage]
    st.title(words.title)
    with st.expander(words.why, type="compact", icon=":material/help:"):
        st.markdown(f"{words.more}\n\n*For example:* {words.example}")


def draw(project: Project, stage: Stage) -> None:
    """Title, status and stamp of ``stage``, and what is out of date."""
    title(stage)
    state = next(state for state in project.states() if state.stage is stage)
    with st.container(horizontal=True, gap="small"):
        _status(state)
        _stamp(project)
    if state.status is Status.STALE:
        st.warning(
            f"{state.reason or 'Something before this stage was changed.'} What you see here is "
            "from before the change; running the project again would renew it.",
            title="Out of date",
            icon=":material/history:",
        )


def _status(state: StageState) -> None:
    colour, icon, word = SIGNS[state.status]
    st.badge(word, icon=icon, color=colour, help=state.reason or f"This stage: {word}.")


def _stamp(project: Project) -> None:
    version, split = project.results.data(), project.results.split()
    if version:
        st.badge(
            f"data {version.short}",
            icon=":material/fingerprint:",
            color="gray",
            help="Fingerprint of the data version: same fingerprint, same bytes.",
        )
        st.badge(f"{numbers.count(version.rows)} rows", color="gray")
    if split:
        parts = f"{numbers.count(split.development.rows)} to learn, "
        st.badge(
            f"{parts}{numbers.count(split.test.rows)} sealed",
            icon=":material/lock:",
            color="gray",
            help="Sealed rows are kept for the final test; no model ever learns from them.",
        )
    st.badge(
        f"document {project.history.newest().version}",
        icon=":material/description:",
        color="gray",
        help="Every decision you make is saved as a new version of the project document.",
    )
