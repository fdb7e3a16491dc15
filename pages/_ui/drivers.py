"""What drives the answers, in the user's own columns."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.report import ColumnEffect, Explanation
from pages._ui import charts, glossary

DRIVERS = 15


def draw(explanation: Explanation, *, key: str, most: int = DRIVERS) -> None:
    """The columns that move the answers most, in the user's own columns."""
    top = sorted(explanation.effects, key=lambda e: e.importance, reverse=True)[:most][::-1]
    figure = go.Figure(
        go.Bar(x=[e.importance for e in top], y=[e.column for e in top], orientation="h")
    )
    figure.update_layout(xaxis_title=f"Average effect on the answer ({explanation.unit})")
    alt = f"What moves the answers most: {', '.join(e.column for e in reversed(top[-3:]))}."
    table = pd.DataFrame([{"Column": e.column, "Effect": e.importance} for e in reversed(top)])
    charts.show(figure, alt, table, key=key, height=90 + 26 * len(top))
    if said := glossary.meaning(explanation.unit):
        st.caption(f"{explanation.unit.capitalize()}: {said[:1].lower()}{said[1:]}")


def shape(effect: ColumnEffect, unit: str, *, key: str) -> None:
    """How the answer moves with the value of one column; each point is one explained row."""
    values, effects = [point[0] for point in effect.points], [point[1] for point in effect.points]
    figure = go.Figure(go.Scatter(x=values, y=effects, mode="markers", marker={"opacity": 0.6}))
    figure.add_hline(y=0, line_dash="dash", line_color="#8A8F98")
    figure.update_layout(xaxis_title=effect.column, yaxis_title=f"Moves the answer by ({unit})")
    table = pd.DataFrame({effect.column: [str(value) for value in values], "Effect": effects})
    charts.show(figure, f"Effect of {effect.column} on the answer.", table, key=key, height=320)
