"""What right and wrong decisions are worth, and what can be handled."""

import streamlit as st

from mll_core.catalog import task_of
from mll_core.domain.data import Profile
from mll_core.domain.errors import MllError
from mll_core.domain.task import Task
from mll_core.stages import business
from mll_core.workspace import Project
from pages._ui import brief as brief_parts
from pages._ui import form
from pages._ui.words import escape

VALUES = "brief.values"
DECISIONS = ("true_positive", "false_positive", "false_negative", "true_negative")


def draw(project: Project, profile: Profile) -> None:
    """The amounts for the kind of answer, then the capacity."""
    task = brief_parts.task_of(profile, project.document.brief)
    st.markdown("What is it worth to be right, and what does a mistake cost?", width=720)
    st.caption("A gain is positive, a cost negative, such as -12; 0 when it makes no difference.")
    with st.columns(3)[0]:
        form.section(project, VALUES, ["currency"])
    fields = task_of(project.document.brief, task).worth if task else DECISIONS
    if not fields:
        st.caption("Here models are judged without amounts.")
    elif set(fields) == set(DECISIONS):
        _decisions(project, profile)
    else:
        form.section(project, VALUES, list(fields))
    st.subheader("What can be handled")
    for place, name in zip(st.columns(3), ["count", "period", "cases_per_period"], strict=True):
        with place:
            form.section(project, "brief.capacity", [name])


def _decisions(project: Project, profile: Profile) -> None:
    """Two by two: what was answered, and what was true."""
    sought, other = _classes(project, profile)
    for answered, names in (
        (sought, ("true_positive", "false_positive")),
        (other, ("false_negative", "true_negative")),
    ):
        for true, place, name in zip((sought, other), st.columns(2), names, strict=True):
            with place.container(border=True):
                st.markdown(f"Answered **{escape(answered)}**, truly **{escape(true)}**")
                form.section(project, VALUES, [name])


def _classes(project: Project, profile: Profile) -> tuple[str, str]:
    """The class that is sought and the other one, by name where they are known."""
    brief = project.document.brief
    try:
        sought = business.positive_class(profile, brief, Task.BINARY)
    except MllError:  # its tab says why
        return "yes", "no"
    column = profile.column(str(brief.target))
    others = [top.value for top in column.top if top.value != sought] if column else []
    return str(sought or "yes"), str(others[0]) if others else "no"
