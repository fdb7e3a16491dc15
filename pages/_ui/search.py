"""The search for a model while it runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mll_core.domain.job import Job, JobStatus
from pages._ui import numbers


def left(job: Job | None) -> Sequence[Mapping[str, Any]]:
    """What a search had found that was stopped before it could end in order; else empty."""
    if job is None or job.status is not JobStatus.STOPPED:
        return ()
    found: Sequence[Mapping[str, Any]] = (job.result or {}).get("leaderboard", ())
    return found


def live(rows: Sequence[Mapping[str, Any]]) -> None:
    """What the search has found so far, as a small table."""
    frame = pd.DataFrame([_live(row) for row in rows])
    st.dataframe(frame, hide_index=True, alt="Models finished so far, best first")


def _live(row: Mapping[str, Any]) -> dict[str, Any]:
    score = row.get("score") or row
    return {
        "Model": row.get("label") or row.get("model"),
        "Score": numbers.plain(score.get("value")),
        "95 % interval": f"{numbers.plain(score.get('low'))} to {numbers.plain(score.get('high'))}",
        "Seconds": numbers.plain(row.get("seconds")),
    }
