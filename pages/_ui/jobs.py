"""Long work: one polling fragment that shows the newest job, and stops when it is over."""

from datetime import UTC, datetime

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.job import Job, JobStatus
from mll_core.workspace import Project
from pages._ui import account, guard, search, state
from pages._ui.words import escape

EVERY = 2
LINES = 12
"""Of what work has found so far, the newest."""
NAMES = {
    "run": "Running the project",
    "prepare": "Preparing the whole table",
    "monitor": "Watching new data",
    "leaks": "Looking into suspicious columns",
    "steps": "Measuring what each step is worth",
    "null": "Trying the pipeline on shuffled answers",
    "features": "Looking for columns worth making",
    "alike": "Looking for what is alike",
    "mitigate": "Trying ways to be fairer",
    "evidence": "Looking closer at the model",
    "retrain": "Retraining with the new data",
}

PREPARING = ("leaks", "steps", "null", "features")
"""Work on what is prepared, which leaves the document as it is."""


def newest(project: Project, *kinds: str) -> Job | None:
    """The newest job of this project, of the kinds asked for."""
    return next((job for job in project.jobs() if not kinds or job.kind in kinds), None)


def live(project: Project, *kinds: str) -> bool:
    """Whether such a job is waiting or running."""
    return any(job.status.live for job in project.jobs() if not kinds or job.kind in kinds)


def blocked(project: Project, *kinds: str) -> bool:
    """Whether nothing can be started now: something runs, or the role here does not allow it."""
    return live(project, *kinds) or not account.may(Permission.RUN)


def submit(project: Project, kind: str, **parameters: object) -> None:
    """Put work in line, as the callback of a button; an error is shown on the page."""
    guard.attempt(lambda: project.submit(kind, **parameters))


def panel(project: Project, *kinds: str) -> None:
    """The newest job: live while it runs, one line when it is over, nothing when there is none."""
    job = newest(project, *kinds)
    if job is not None:
        every = EVERY if job.status.live else None
        st.fragment(_panel, run_every=every)(job.id)


def _panel(identity: str) -> None:
    job = state.workspace().jobs.get(identity)
    if job.status.live:
        st.session_state["_live_job"] = identity
        _running(job)
        return
    if st.session_state.get("_live_job") == identity:
        del st.session_state["_live_job"]
        st.rerun()
    _over(job)


def _running(job: Job) -> None:
    with st.container(border=True):
        name = NAMES.get(job.kind, job.kind)
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.markdown(f"**{name}**: {escape(where(job))}")
            st.button(
                "Stopping" if job.stop_requested else "Stop",
                key=f"stop-{job.id}",
                icon=":material/stop_circle:",
                disabled=job.stop_requested,
                help="What is finished is kept.",
                on_click=_stop,
                args=(job.id,),
            )
        st.progress(min(max(job.progress, 0.0), 1.0))
        if rows := (job.result or {}).get("leaderboard"):
            search.live(rows)
        for line in (job.result or {}).get("lines", ())[-LINES:]:
            st.caption(escape(line))
        st.caption(
            f"Last update {datetime.now(UTC):%H:%M:%S} UTC. You may close this page; "
            "the work goes on."
        )


def where(job: Job) -> str:
    """How far it is: its place in line and why it waits, or what is done now."""
    if job.status is JobStatus.QUEUED:
        return f"{_ordinal(job.place)} in line. {job.message}" if job.place else job.message
    return job.message or "working"


def _ordinal(place: int) -> str:
    return {1: "first", 2: "2nd", 3: "3rd"}.get(place, f"{place}th")


def _stop(identity: str) -> None:
    state.workspace().jobs.stop(identity)


def _over(job: Job) -> None:
    name = NAMES.get(job.kind, job.kind)
    if job.status is JobStatus.FAILED:
        error = job.error or {}
        said = guard.said(error.get("message") or job.message)
        hint = guard.said(error.get("hint") or "Try again; Activity lists what was done.")
        body = f"{escape(said)}\n\n**What to do:** {escape(hint)}"
        st.error(f"{body}\n\nWhat was finished before is kept.", title=f"{name} failed")
        if error.get("id"):
            st.caption(f"Error {error['id']}; its details are in the log of the workspace.")
    elif job.status is JobStatus.STOPPED:
        st.warning(f"{escape(job.message)} What was finished is kept.", title=f"{name}: stopped")
        if rows := search.left(job):
            search.live(rows)
            st.caption("Found so far. Go on compares them with the rest, and tries nothing twice.")
