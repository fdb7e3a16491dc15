"""What is not looked at, said where rows or figures of them are shown."""

import streamlit as st

from mll_core.workspace import Project


def draw(project: Project) -> None:
    """One sentence, while test rows are sealed."""
    if said := project.sealing.sentence():
        st.caption(f":material/lock: {said}")
