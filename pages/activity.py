"""Activity: what is running, and everything that was done, by whom and when."""

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from mll_core.domain.job import Job
from pages._ui import happenings, job_details, jobs, numbers, page, people, schedules, state

EVENTS = 500
JOBS = 50
NARROW = {"Work": 110, "Status": 80}
"""Widths with which what matters of a job is seen on a telephone."""
NO_WORK = "Nothing was put in line for the worker. What ran at once is in the log below."


def activity() -> None:
    """Jobs, live; then the log."""
    st.title("Activity")
    st.markdown("Work in the background, and the log that nobody can change.", width=720)
    here, everywhere = "This project", "All projects"
    chosen = None
    if state.slug():
        chosen = st.segmented_control(
            "Show", [here, everywhere], default=here, key="activity-scope", required=True
        )
    project = state.slug() if chosen == here else None
    st.header("Work")
    live = any(job.status.live for job in state.workspace().jobs.of(project, JOBS))
    st.fragment(_jobs, run_every=jobs.EVERY if live else None)(project)
    if found := state.workspace().jobs.of(project, JOBS):
        job_details.draw(found)
    opened = state.project()
    if opened is not None and opened.schedules.all():
        st.header("Done by itself")
        schedules.listed(opened)
    st.header("Log")
    _events(project)
    opened = state.project() if project else None
    if opened is not None:
        people.erase(opened)


def _jobs(project: str | None) -> None:
    found = state.workspace().jobs.of(project, JOBS)
    if not found:
        st.caption(NO_WORK)
        return
    progress = st.column_config.ProgressColumn(width=90, min_value=0.0, max_value=1.0)
    narrow = {name: st.column_config.Column(width=wide) for name, wide in NARROW.items()}
    config = {"Progress": progress, **narrow}
    get = state.workspace().jobs.get
    frame = pd.DataFrame([_row(get(job.id) if job.status.live else job) for job in found])
    frame = frame.drop(columns="Project") if project else frame
    st.dataframe(frame, hide_index=True, column_config=config, alt="Jobs, newest first")
    st.caption(f"Last update {datetime.now(UTC):%H:%M:%S} UTC")


def _row(job: Job) -> dict[str, object]:
    return {
        "Work": jobs.NAMES.get(job.kind, job.kind),
        "Status": job.status.value,
        "Progress": min(max(job.progress, 0.0), 1.0),
        "Message": jobs.where(job) if job.status.live else job.message,
        "Attempts": job.attempts,
        "Asked by": job.author,
        "Asked at": numbers.at(job.created),
        "Ended": numbers.at(job.finished),
        "Project": job.project,
    }


def _events(project: str | None) -> None:
    found = state.workspace().events(project, EVENTS)
    if not found:
        st.caption("Nothing has happened yet.")
        return
    frame = pd.DataFrame(
        [
            {
                "No.": event.number,
                "When": numbers.at(event.at),
                "What": happenings.kind(event.kind),
                "Detail": happenings.told(event.detail),
                "Who": event.actor,
                "Project": event.project or "",
            }
            for event in found
        ]
    )
    frame = frame.drop(columns="Project") if project else frame
    config = {
        "No.": st.column_config.Column(width=60),
        "Detail": st.column_config.Column(width=420),
    }
    alt = "The log, newest first"
    st.dataframe(frame, hide_index=True, height=480, column_config=config, alt=alt)
    st.caption("Each line carries a fingerprint of the line before, so an edit would be seen.")


page.plain("activity", activity)
