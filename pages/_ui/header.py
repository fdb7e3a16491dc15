"""The head of a stage page: the stage as a verb, why it matters, status, and the stamp."""

import streamlit as st

from mll_core.domain.data import Split
from mll_core.domain.stage import Stage, StageState, Status
from mll_core.workspace import Project
from pages._ui import jobs, numbers
from pages._ui.words import SIGNS, WORDS, escape


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
    with st.container():  # always there, so that what follows keeps its place
        if state.status is Status.STALE:
            _out_of_date(project, state)


def _out_of_date(project: Project, state: StageState) -> None:
    reason = escape(state.reason or "Something before this stage was changed.")
    st.warning(
        f"{reason} What you see here is from before the change.",
        title="Out of date",
        icon=":material/history:",
    )
    if state.stage in (Stage.DEPLOY, Stage.MONITOR):
        return
    looks = state.stage is Stage.EVALUATE
    st.button(
        "Run again and judge anew" if looks else "Run again",
        icon=":material/refresh:",
        key="run-again",
        disabled=jobs.blocked(project),
        help="Opens the sealed test once more." if looks else "Unchanged parts are kept.",
        on_click=jobs.submit,
        args=(project, "run"),
        kwargs={"until": state.stage.value},
    )


def _status(state: StageState) -> None:
    colour, icon, word = SIGNS[state.status]
    said = escape(state.reason) or f"This stage: {word}."
    st.badge(word, icon=icon, color=colour, help=said)


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
        _parts(split, (version.rows if version else 0))
    st.badge(
        f"document {project.history.newest().version}",
        icon=":material/description:",
        color="gray",
        help="Every decision you make is saved as a new version of the project document.",
    )


def _parts(split: Split, rows: int) -> None:
    learned, sealed = split.development.rows, split.test.rows
    help = "Sealed rows are kept for the final test; no model ever learns from them."
    text = f"{numbers.count(learned)} to learn, {numbers.count(sealed)} sealed"
    if (dropped := rows - learned - sealed) > 0:
        text += f", {numbers.count(dropped)} dropped"
        help += " Dropped rows had no target, or a step of the recipe took them out."
    st.badge(text, icon=":material/lock:", color="gray", help=help)
