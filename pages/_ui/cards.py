"""The projects as cards that follow what is going on in them."""

from collections.abc import Sequence

import streamlit as st

from mll_core import demo
from mll_core.domain.stage import StageState, Status
from mll_core.infra import locks
from mll_core.project import Project
from mll_core.workspace import ProjectSummary
from pages._ui import jobs, numbers, state
from pages._ui.words import SIGNS, WORDS, escape

EVERY = 4
SEEN = "_cards"


def draw() -> None:
    """A card per project, the newest first; alive while something is under way."""
    st.session_state[SEEN] = _busy()
    st.fragment(_cards, run_every=EVERY if st.session_state[SEEN] else None)()


def _cards() -> None:
    if st.session_state.get(SEEN) and not _busy():
        st.rerun()  # it is over: draw once more, and look no further
    projects = state.workspace().projects()
    if not projects:
        if _busy():
            st.info("The demo project is being built; it appears here in a moment.")
        return
    grid = st.grid("auto", min_column_width=300, border=True)
    for summary in reversed(projects):
        with grid.container():
            _project(summary)


def _busy() -> bool:
    """Whether a project is being worked on, or the first one is still to come."""
    here = state.workspace()
    projects = [here.project(summary.slug) for summary in here.projects()]
    if not projects:
        return _demo_is_built()
    return any(_under_way(project, project.states()) for project in projects)


def _demo_is_built() -> bool:
    return locks.is_held(state.workspace().home / demo.LOCK)


def _under_way(project: Project, states: Sequence[StageState]) -> str:
    """What is going on in a project right now, empty when nothing is."""
    if job := next((job for job in project.jobs() if job.status.live), None):
        return f"{jobs.NAMES.get(job.kind, job.kind)}: {job.message or job.status.value}"
    builds = project.document.name == demo.NAME and states[-1].status is Status.TO_DO
    return "This project is being built right now." if builds and _demo_is_built() else ""


def _project(summary: ProjectSummary) -> None:
    project = state.workspace().project(summary.slug)
    states = project.states()
    st.markdown(f"**{escape(summary.name)}**")
    done = sum(one.status is Status.DONE for one in states)
    st.caption(f"{done} of {len(states)} stages done; made {numbers.at(summary.created)}")
    if said := _under_way(project, states):
        st.markdown(f":blue-badge[:material/autorenew: in progress] {escape(said)}")
    with st.container(horizontal=True, gap="xsmall"):
        for one in states:
            colour, icon, word = SIGNS[one.status]
            st.badge(" ", icon=icon, color=colour, help=f"{WORDS[one.stage].short}: {word}")
    open_it = st.button("Open", key=f"open-{summary.slug}", icon=":material/arrow_forward:")
    if open_it:
        state.choose(summary.slug)
        ready = all(one.status is not Status.TO_DO for one in states[:5])
        state.go("story" if ready else "business")
