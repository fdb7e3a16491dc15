"""All model versions of a project, and the way back."""

import pandas as pd
import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.workspace import Project
from pages._ui import account, guard, numbers, people


def draw(project: Project) -> None:
    """A table, newest first, and one button back to the champion before."""
    versions = project.deployment.versions()
    st.header("All versions")
    people.due(project)
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
    _way_back(project)


def _way_back(project: Project) -> None:
    champion = project.deployment.champion()
    possible = project.deployment.can_roll_back
    label = "Go back to the champion before"
    with st.popover(label, icon=":material/undo:", disabled=not possible):
        if champion is not None and possible:
            st.markdown(f"From then on version {champion.number} does not answer any more.")
        st.button(
            "Yes, go back",
            key="rollback",
            disabled=not possible or not account.may(Permission.APPROVE),
            on_click=guard.attempt,
            args=(project.deployment.rollback,),
        )
    if not possible:
        st.caption("There is no champion before: only one version has ever answered.")
