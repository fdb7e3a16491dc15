"""The report as one file that opens anywhere, made when it is asked for."""

import tempfile
from pathlib import Path

import streamlit as st

from mll_core.catalog import EXPORTERS
from mll_core.handover import exhibit
from mll_core.workspace import Project


def download(project: Project) -> None:
    """The report as one file that opens anywhere, made when it is asked for."""
    st.download_button(
        "Download the report",
        lambda: written(project),
        file_name=f"{project.slug}-report.html",
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        key="download-report",
        help="One HTML file with everything on this page; opens without a network.",
    )


def written(project: Project) -> bytes:
    """The report as HTML. Raises NotReady before there is one."""
    with tempfile.TemporaryDirectory() as folder:
        first, *_ = EXPORTERS["report"].of().write(exhibit(project), Path(folder))
        return first.read_bytes()
