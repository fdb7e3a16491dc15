"""The report as one file that opens anywhere, made when it is asked for."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from mll_core import side_by_side
from mll_core.catalog import EXPORTERS
from mll_core.handover import exhibit
from mll_core.workspace import Project
from pages._ui import numbers
from pages._ui.words import escape

NONE = "no other model"


def download(project: Project) -> None:
    """The report in every form there is, beside another judged model when one is chosen."""
    st.header("Take it along")
    against = _against(project)
    forms = {kind: cls for kind, cls in EXPORTERS.items() if cls.format}
    with st.container(horizontal=True):
        for kind, cls in forms.items():
            main = cls.format == "html"
            st.download_button(
                "Download the report" if main else cls.label,
                partial(written, project, kind, against),
                file_name=f"{project.slug}-report.{cls.format}",
                mime=cls.media,
                icon=":material/download:" if main else None,
                on_click="ignore",
                key=f"download-{kind.replace('_', '-')}",
                help=" ".join((cls.__doc__ or "").split()),
            )


def _against(project: Project) -> str | None:
    """The run of another judged model to set beside it; None when there is or shall be none."""
    others = side_by_side.judged(project)[1:]
    if not others:
        return None
    names = {
        one.run_id: f"{one.model}, {numbers.at(one.created)}, data {one.data_version[:8]}"
        for one in others
    }
    chosen: str | None = st.selectbox(
        "Beside another model",
        list(names),
        index=None,
        format_func=lambda run: escape(names[run]),
        placeholder=NONE,
        key="report-against",
        help="The report then shows both side by side, on the same test rows where it can.",
    )
    return chosen


def written(project: Project, kind: str = "report", against: str | None = None) -> bytes:
    """The report in one form. Raises NotReady before there is one, NotFound."""
    with tempfile.TemporaryDirectory() as folder:
        first, *_ = EXPORTERS[kind].of().write(exhibit(project, against), Path(folder))
        return first.read_bytes()
