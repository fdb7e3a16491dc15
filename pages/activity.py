"""Activity: what is running, and everything that was done, by whom and when."""

import json
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from mll_core.domain.job import Job
from pages._ui import jobs, numbers, page, state

EVENTS = 500
JOBS = 50
SIGNS = {"done": "✅", "failed": "❌", "stopped": "⏹️", "running": "🔄", "queued": "⏳"}


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
    st.header("Log")
    _events(project)


def _jobs(project: str | None) -> None:
    found = state.workspace().jobs.of(project, JOBS)
    if not found:
        st.caption("No work was asked for yet.")
        return
    config = {"Progress": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0)}
    frame = pd.DataFrame([_row(job) for job in found])
    st.dataframe(frame, hide_index=True, column_config=config, alt="Jobs, newest first")
    st.caption(f"Last update {datetime.now(UTC):%H:%M:%S} UTC")


def _row(job: Job) -> dict[str, object]:
    return {
        "Work": jobs.NAMES.get(job.kind, job.kind),
        "Project": job.project,
        "Status": f"{SIGNS[job.status.value]} {job.status.value}",
        "Progress": min(max(job.progress, 0.0), 1.0),
        "Message": job.message,
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
                "Detail": json.dumps(event.detail, ensure_ascii=False),
            }
            for event in found
        ]
    )
    st.dataframe(frame, hide_index=True, height=480, alt="The log, newest first")
    st.caption("Each line carries a fingerprint of the line before, so an edit would be seen.")


page.plain("activity", activity)
