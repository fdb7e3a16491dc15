"""Activity: what is running, and everything that was done, by whom and when."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from mll_core.domain.job import Job
from pages._ui import job_details, jobs, numbers, page, people, schedules, state

EVENTS = 500
JOBS = 50


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
        st.caption("No work was asked for yet.")
        return
    config = {"Progress": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0)}
    get = state.workspace().jobs.get
    frame = pd.DataFrame([_row(get(job.id) if job.status.live else job) for job in found])
    st.dataframe(frame, hide_index=True, column_config=config, alt="Jobs, newest first")
    st.caption(f"Last update {datetime.now(UTC):%H:%M:%S} UTC")


def _row(job: Job) -> dict[str, object]:
    return {
        "Work": jobs.NAMES.get(job.kind, job.kind),
        "Project": job.project,
        "Status": job.status.value,
        "Attempts": job.attempts,
        "Progress": min(max(job.progress, 0.0), 1.0),
        "Message": jobs.where(job) if job.status.live else job.message,
        "Asked by": job.author,
        "Asked at": numbers.at(job.created),
        "Ended": numbers.at(job.finished),
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
                "Who": event.actor,
                "What": event.kind.replace(".", " "),
                "Project": event.project or "",
                "Detail": _told(event.detail),
            }
            for event in found
        ]
    )
    st.dataframe(frame, hide_index=True, height=480, alt="The log, newest first")
    st.caption("Each line carries a fingerprint of the line before, so an edit would be seen.")


def _told(detail: Mapping[str, Any]) -> str:
    """A detail of the log in words: what, and its value, of what has one."""
    parts = []
    for name, value in detail.items():
        if isinstance(value, Mapping):
            parts.append(_told(value))
        elif value is not None and value != "":
            parts.append(f"{name.replace('_', ' ')} {numbers.plain(value)}")
    return ", ".join(part for part in parts if part)


page.plain("activity", activity)
