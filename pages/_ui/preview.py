"""A step before it is taken: rows after, rows before, what changes, what goes, and the SQL."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.stages.prepare import Preview, Shape
from pages._ui import charts, tables
from pages._ui.words import escape


def draw(preview: Preview) -> None:
    """One sentence, then the view a person picks."""
    st.markdown(escape(preview.sentence()))
    if preview.waits_for:
        st.fragment(_as_soon_as_drawn, run_every=1)(preview.drawn)
    views = ["After", "Before", "Changes"]
    views += ["Rows that go"] if len(preview.dropped) else []
    views += ["Distribution"] if preview.shapes else []
    chosen = st.segmented_control("Preview", views, key="step-view", default="After", required=True)
    alt = f"{chosen}: the first rows"
    match chosen:
        case "Before":
            tables.draw(preview.before, alt=alt, height=280, units=preview.units_before)
        case "Changes":
            tables.draw(_changes(preview), alt="What changes in each column", height=280)
        case "Rows that go":
            tables.draw(preview.dropped, alt=alt, height=280, units=preview.units_before)
        case "Distribution":
            for shape in preview.shapes:
                _shape(shape)
        case _:
            order = sorted(preview.after, key=lambda name: not preview.changed.get(name))
            marked = preview.cells.reindex(columns=order, fill_value=False)
            after = preview.after[order]
            tables.draw(after, alt=alt, height=280, marked=marked, units=preview.units)
            if any(preview.changed.values()):
                st.caption("Columns that change stand first; changed cells are marked.")
    if preview.made:
        behind = st.expander("The SQL behind it", key="step-sql", on_change="rerun")
        if behind.open:
            behind.code(preview.sql, language="sql", wrap_lines=True)


def _as_soon_as_drawn(drawn: Callable[[], bool]) -> None:
    if drawn():
        st.rerun()


def _changes(preview: Preview) -> pd.DataFrame:
    rows = [
        {
            "Column": name,
            "Cells changed": preview.changed.get(name, 0),
            "Missing before": preview.nulls_before.get(name),
            "Missing after": preview.nulls_after.get(name),
        }
        for name in {**preview.nulls_before, **preview.nulls_after}
    ]
    return pd.DataFrame(rows).sort_values("Cells changed", ascending=False, kind="stable")


def _shape(shape: Shape) -> None:
    figure = go.Figure()
    table = pd.DataFrame({"Value": shape.labels})
    if shape.before is not None:
        figure.add_bar(x=shape.labels, y=shape.before, name="Before", marker_pattern_shape="/")
        table["Rows before"] = shape.before
    figure.add_bar(x=shape.labels, y=shape.after, name="After")
    table["Rows after"] = shape.after
    figure.update_layout(
        barmode="group",
        xaxis_title=shape.column,
        yaxis_title="Rows",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
    )
    alt = f"How the values of {shape.column} lie before and after the step"
    charts.show(figure, alt, table, key=f"shape-{shape.column}", height=260)
