"""All monitoring passes of a project: how the columns and the model fared over time."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.serving import Monitoring
from mll_core.workspace import Project
from pages._ui import charts, numbers, uploads

SHOWN = 20


def draw(project: Project) -> None:
    """The newest passes, oldest first; nothing when there is only one."""
    found = sorted(project.results.monitorings(), key=lambda one: one.created)[-SHOWN:]
    if len(found) < 2:
        return
    st.header("Pass after pass")
    names = [f"{n}. {uploads.name_of(one.source)}" for n, one in enumerate(found, 1)]
    moved = [sum(row.drifted for row in one.drift) for one in found]
    figure = go.Figure(go.Bar(x=names, y=moved, text=moved))
    figure.update_layout(yaxis_title="Columns that moved", xaxis_type="category")
    alt = f"Columns that moved in each of {len(found)} passes, the oldest first."
    table = pd.DataFrame([_row(one) for one in found])
    charts.show(figure, alt, table, key="passes", height=240)


def _row(one: Monitoring) -> dict[str, object]:
    return {
        "Watched": numbers.at(one.created),
        "Rows of": uploads.name_of(one.source),
        "Rows": one.rows,
        "Answered by version": one.model_version,
        "Columns that moved": sum(row.drifted for row in one.drift),
        "Alerts": len(one.alerts),
    }
