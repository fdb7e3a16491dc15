"""All model versions of a project, and the way back."""

import pandas as pd
import streamlit as st

from mll_core.workspace import Project
from pages._ui import guard, numbers


def draw(project: Project) -> None:
    """A table, newest first, and one button back to the champion before."""
    versions = project.deployment.versions()
    st.header("All versions")
    frame = pd.DataFrame(
        [
            {
                "Version": v.number,
                "Model": v.model,
                "Gate": "met" if v.gate_passed else "not met",
                "Approved by": ", ".join(one.by for one in v.approvals) or "nobody",
                "Answers": "yes" if "champion" in v.aliases else "",
                "Data": v.data_version[:8],
                "Made": numbers.at(v.created),
            }
            for v in versions
        ]
    )
    st.dataframe(frame, hide_index=True, alt="Model versions, newest first")
    st.button(
        "Go back to the champion before",
        icon=":material/undo:",
        key="rollback",
        disabled=not project.deployment.can_roll_back,
        help="Possible once a second version has been promoted.",
        on_click=guard.attempt,
        args=(project.deployment.rollback,),
    )
