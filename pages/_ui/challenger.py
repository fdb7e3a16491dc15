"""Champion and challenger on the same rows, and who wins."""

import pandas as pd
import streamlit as st

from mll_core.domain.serving import Comparison
from mll_core.watching import COMPARISON
from mll_core.workspace import Project
from pages._ui import glossary, numbers, onward
from pages._ui.words import escape

VERDICTS = {
    "challenger": "The challenger is better",
    "champion": "The champion is better",
    "not shown": "Neither is shown to be better",
}


def draw(project: Project) -> None:
    """How the newest challenger did against the champion, on the same rows."""
    comparison = project.watching.comparison()
    if comparison is None:
        return
    with st.container(border=True):
        show(project, comparison)
        onward.link("deploy", "Decide on the Deploy page", icon=":material/arrow_forward:")


def of(project: Project, version: int) -> Comparison | None:
    """The comparison that ``version`` went through as the challenger, None without one."""
    newest = project.artefacts.newest(COMPARISON)
    if newest is None or newest.value["versions"]["challenger"] != version:
        return None
    return project.watching.comparison()


def show(project: Project, comparison: Comparison) -> None:
    """The verdict in words, and the figures of both."""
    name = comparison.metric
    label = glossary.measured(name, project.document.brief.values.currency)
    colour = {"challenger": "green", "champion": "red"}.get(comparison.verdict, "orange")
    st.badge(VERDICTS[comparison.verdict], color=colour)
    st.markdown(escape(sentence(comparison, label)))
    rows = {"Champion": comparison.champion, "Challenger": comparison.challenger}
    frame = pd.DataFrame([{"": who, label: numbers.interval(name, v)} for who, v in rows.items()])
    st.dataframe(frame, hide_index=True, alt="Champion and challenger on the same rows")
    st.caption(f"{numbers.count(comparison.rows)} rows that neither learned from")


def sentence(comparison: Comparison, label: str) -> str:
    """How far the challenger is ahead or behind, and its interval, both told the same way."""
    lead = comparison.difference
    value, low, high = (_lead(bound) for bound in (lead.value, lead.low, lead.high))
    return f"By {label} the challenger is {value}; 95 % interval: {low} to {high}."


def _lead(value: float) -> str:
    return f"{numbers.plain(abs(value))} {'ahead' if value >= 0 else 'behind'}"
