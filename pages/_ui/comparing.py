"""What takes long to compare is a job: offered, followed, and shown when it is done."""

import streamlit as st

from mll_core.domain.value import Value
from mll_core.workspace import Project
from pages._ui import jobs


def offer(project: Project, asked: Value) -> None:
    """The button that begins it, and how far it is; told once per page, for whoever asks first."""
    st.button(
        "Compare all rows",
        key=f"compare-{'rows' if 'columns' in asked.to_json() else 'values'}",
        icon=":material/compare_arrows:",
        help="What is found is kept until the recipe or the data changes.",
        disabled=jobs.blocked(project),
        on_click=jobs.submit,
        args=(project, "alike"),
        kwargs=asked.to_json(),
    )
    st.caption("So many rows take a while: the work goes on beside this page and can be stopped.")
