"""What a model must keep to, whatever the rows seem to say."""

import streamlit as st

from mll_core.workspace import Project
from pages._ui import form

ORDERED = ("number", "integer")


def draw(project: Project) -> None:
    """Only models that can be followed; columns along which the answer may only rise or fall."""
    with st.expander("What the model must keep to", type="compact"):
        columns = _numbers(project)
        offered = {"rising": columns, "falling": columns}
        names = ["interpretable_only", "rising", "falling"]
        form.section(project, "train", names, options=offered)


def _numbers(project: Project) -> list[str]:
    profile, target = project.results.profile(), project.document.brief.target
    columns = profile.columns if profile else ()
    return [c.name for c in columns if c.semantic in ORDERED and c.name != target]
