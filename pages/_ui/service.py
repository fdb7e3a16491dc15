"""The scoring service as a page shows it: address, schema, an example record."""

import os
from typing import Any

import streamlit as st

from mll_core.workspace import Project
from pages._ui import rows

PORT = "8600"


def address(deployment: str) -> str:
    """Where a deployment answers."""
    port = os.environ.get("MLL_API_PORT", PORT)
    return f"http://127.0.0.1:{port}/v1/{deployment}/predict"


def schema(project: Project) -> dict[str, Any]:
    """The JSON Schema of one record of the champion, with an example. Raises NotReady."""
    return _schema(project.deployment.chosen().sha256, project)


@st.cache_data(max_entries=20, show_spinner=False)
def _schema(sha256: str, _project: Project) -> dict[str, Any]:
    from mll_core.stages import deploy

    background = rows.first(_project.results.data_path())
    return deploy.json_schema(_project.deployment.model(), background=background)


def example(described: dict[str, Any]) -> dict[str, Any]:
    """A typical record."""
    found = described.get("example") or (described.get("examples") or [{}])[0]
    return dict(found)
