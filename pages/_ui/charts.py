"""Figures from values; each has a text for those who cannot see it, and its table behind it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.data import ColumnProfile
from mll_core.domain.serving import DriftRow
from pages._ui import numbers

GREY, BAND = "#8A8F98", "rgba(91,155,216,0.25)"
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
BARS = 12
"""A sparkline has at most this many bars."""


def colours() -> list[str]:
    """The colours of series in the theme that is shown, as #rrggbb."""
    scheme = st.context.theme.type or "light"
    return list(st.get_option(f"theme.{scheme}.chartCategoricalColors"))


def faded(colour: str) -> str:
    """The same colour as the band of its line."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.2)"


def show(
    figure: go.Figure,
    alt: str,
    table: pd.DataFrame,
    *,
    key: str,
    height: int = 320,
    clicks: bool = False,
) -> Any:
    """A figure in the colours of the theme, its description, and the numbers behind it.

    With ``clicks`` the ``customdata`` of the point that was clicked; None before.
    """
    figure.update_layout(colorway=colours())
    figure.update_layout(margin=MARGIN, height=height, hovermode="closest")
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    told: Any = {}
    if clicks:
        how = {"on_select": "rerun", "selection_mode": "points"}
        told = st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, **how)
    else:
        st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False})
    with st.expander("The numbers behind it", type="compact"):
        st.dataframe(table, hide_index=True, alt=alt, placeholder=numbers.MISSING)
    points = (told or {}).get("selection", {}).get("points", [])
    return points[0].get("customdata") if points else None


def sparkline(column: ColumnProfile) -> list[int]:
    """The counts of a column's histogram, or of its most frequent values."""
    if column.histogram:
        counts = [bar.count for bar in column.histogram]
        step = -(-len(counts) // BARS)
        return [sum(counts[i : i + step]) for i in range(0, len(counts), step)]
    return [top.count for top in column.top[:BARS]]


def drift(rows: Sequence[DriftRow], *, key: str) -> None:
    """How far each column moved, against what chance alone would do, and the threshold."""
    worst = sorted(rows, key=lambda row: row.value, reverse=True)[:20][::-1]
    names = [row.column for row in worst]
    figure = go.Figure()
    figure.add_bar(
        x=[row.value for row in worst],
        y=names,
        orientation="h",
        name="Now",
        marker_pattern_shape=["/" if row.drifted else "" for row in worst],
    )
    figure.add_scatter(
        x=[row.noise_band for row in worst],
        y=names,
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 14, "line": {"width": 3}},
        name="By chance alone",
    )
    figure.add_vline(x=worst[0].threshold, line_dash="dash", line_color="#8A8F98")
    figure.update_layout(
        xaxis_title="Shift (PSI: 0 is no change, above 0.2 is a clear one)",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
    )
    drifted = [row.column for row in rows if row.drifted]
    alt = f"Shift of each column; above the threshold: {', '.join(drifted) or 'none'}."
    table = pd.DataFrame([row.to_json() for row in rows])
    show(figure, alt, table, key=key, height=110 + 26 * len(worst))
