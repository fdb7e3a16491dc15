"""Champion and challenger on the same rows, and who wins."""

import pandas as pd
import streamlit as st

from mll_core.workspace import Project
from pages._ui import glossary, numbers, onward
from pages._ui.words import escape


def draw(project: Project) -> None:
    """How the newest challenger did against the champion, on the same rows."""
    comparison = project.watching.comparison()
    if comparison is None:
        return
    name = comparison.metric
    colour = {"challenger": "green", "champion": "red"}.get(comparison.verdict, "orange")
    with st.container(border=True):
        st.badge(f"verdict: {comparison.verdict}", color=colour)
        st.markdown(escape(comparison.sentence))
        rows = {
            "Champion": comparison.champion,
            "Challenger": comparison.challenger,
            "Difference": comparison.difference,
        }
        frame = pd.DataFrame(
            [{"": who, glossary.label(name): numbers.interval(name, v)} for who, v in rows.items()]
        )
        st.dataframe(frame, hide_index=True, alt="Champion and challenger on the same rows")
        st.caption(f"{numbers.count(comparison.rows)} rows")
        onward.link("deploy", "Decide on the Deploy page", icon=":material/arrow_forward:")
