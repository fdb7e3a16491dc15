"""One job as Activity shows it: why it waits or failed, and the last lines it said."""

from collections.abc import Sequence

import streamlit as st

from mll_core.domain.job import Job
from pages._ui import jobs, numbers, state
from pages._ui.words import escape


def draw(found: Sequence[Job]) -> None:
    """A job to choose, and what it said last."""
    names = {job.id: _name(job) for job in found}
    with st.expander("What a job said"):
        chosen = st.selectbox(
            "Job", list(names), format_func=lambda identity: names[identity], key="job-log"
        )
        if not chosen:
            return
        job = state.workspace().jobs.get(chosen)
        if job.megabytes:
            st.caption(
                f"It is estimated to take {numbers.size(int(job.megabytes * 1e6))} of memory."
            )
        if hint := (job.error or {}).get("hint"):
            st.markdown(f"**What to do:** {escape(hint)}")
        log = state.workspace().jobs.log(job.id)
        if log:
            st.code(log, language=None, height=320)
        else:
            st.caption("It has said nothing yet.")


def _name(job: Job) -> str:
    name = jobs.NAMES.get(job.kind, job.kind)
    return f"{name}, {job.project}, {numbers.at(job.created)}: {job.status.value}"
