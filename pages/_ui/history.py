"""The history of the document: every version, what changed, and the way back."""

import pandas as pd
import streamlit as st

from mll_core.workspace import Project
from pages._ui import guard, numbers


def draw(project: Project) -> None:
    """Versions newest first, the difference between two, and restore."""
    versions = project.history.versions()
    frame = pd.DataFrame(
        [
            {"Version": v.version, "When": numbers.at(v.at), "Who": v.author, "Why": v.reason}
            for v in versions
        ]
    )
    st.dataframe(frame, hide_index=True, height=240, alt="Versions of the project document")
    known = [version.version for version in versions]
    if len(known) > 1:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                "Compare the newest with version", known[1:], key="history-version"
            )
            st.button(
                f"Restore version {chosen}",
                icon=":material/undo:",
                key="history-restore",
                help="Makes a new version that says what the old one said; nothing is lost.",
                on_click=guard.attempt,
                args=(project.history.restore, chosen, f"restored version {chosen}"),
            )
        change = project.history.diff(chosen, known[0])
        st.code(change or "No difference.", language="diff")
    with st.expander("The whole document"):
        st.code(versions[0].text, language="yaml")
