"""A plot of values as a figure: lines with bands, clouds, bars."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.sheet import Heat, Plot, Series
from pages._ui import charts, numbers
from pages._ui.words import escape

LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom"}
SHARES = [[0, "#E6F0FA"], [1, "#0B5CAD"]]
ASIDE = {"overlaying": "y", "side": "right", "visible": False, "rangemode": "tozero"}
"""The axis of what only says how many rows lie there."""


def draw(plot: Plot, *, key: str, height: int = 340) -> None:
    """One figure with its title, its description and its numbers."""
    st.markdown(f"**{escape(plot.title)}**")
    figure = go.Figure()
    palette = charts.colours()
    for number, one in enumerate(plot.series):
        _series(figure, one, palette[number % len(palette)])
    bars = any(one.look == "bars" for one in plot.series)
    axes = (plot.y_label, plot.x_label) if bars else (plot.x_label, plot.y_label)
    figure.update_layout(
        xaxis_title=axes[0],
        yaxis_title=axes[1],
        legend=LEGEND,
        showlegend=len({one.name for one in plot.series}) > 1,
    )
    if any(one.look == "area" for one in plot.series):
        figure.update_layout(yaxis2=ASIDE)
    if plot.logged:
        figure.update_xaxes(type="log")
    words = any(isinstance(x, str) for one in plot.series for x in one.x)
    if words and not bars:
        figure.update_xaxes(type="category")
    height = 110 + 30 * max(len(one.x) for one in plot.series) if bars else height
    count = sum(len(one.x) for one in plot.series)
    alt = f"{plot.title}: {plot.y_label} against {plot.x_label or 'what happens'}, {count} points."
    charts.show(figure, alt, _table(plot), key=key, height=height)


def heat(one: Heat, *, key: str) -> list[int] | None:
    """Two columns at once; cells where no rows are stay grey, and it is said.

    The row and the column of the cell that was clicked; None before, and where none has rows.
    """
    st.markdown(f"**{escape(one.title)}**")
    figure = go.Figure()
    words = [[str(at) for at in axis] for axis in (one.x, one.y)]
    heatmap = {"colorscale": "Cividis", "colorbar": {"title": one.z_label}}
    if one.words:
        heatmap = {"colorscale": SHARES, "zmin": 0, "zmax": 1, "showscale": False}
        heatmap |= {"text": _written(one), "texttemplate": "%{text}"}
    figure.add_heatmap(
        x=words[0], y=words[1], z=one.z, **heatmap,
        hovertemplate=f"{one.x_label} %{{x}}<br>{one.y_label} %{{y}}<br>%{{z:.3g}}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", showgrid=False)
    figure.update_layout(xaxis_title=one.x_label, yaxis_title=one.y_label)
    grey = any(z is None for line in one.z for z in line)
    if grey:
        figure.update_layout(plot_bgcolor="rgba(138,143,152,0.35)")
    if one.rows:
        figure.update_yaxes(autorange="reversed")
        _clickable(figure, words)
    height = min(180 + 60 * len(one.y), 900) if one.words else 380
    alt = f"{one.title}: {one.z_label} in {sum(map(len, one.z))} cells."
    clicked = charts.show(figure, alt, _cells(one), key=key, height=height, clicks=bool(one.rows))
    if grey:
        st.caption("Grey: too few rows have both, so nothing is said there.")
    return clicked if one.rows else None


def _written(one: Heat) -> list[list[str]]:
    pairs = (zip(said, shares, strict=True) for said, shares in zip(one.words, one.z, strict=True))
    return [[f"{word}<br>{numbers.share(z or 0.0)}" for word, z in line] for line in pairs]


def _clickable(figure: go.Figure, words: list[list[str]]) -> None:
    """What can be clicked: a heatmap tells nobody."""
    cells = [(i, j) for i in range(len(words[1])) for j in range(len(words[0]))]
    figure.add_scatter(
        x=[words[0][j] for _, j in cells],
        y=[words[1][i] for i, _ in cells],
        customdata=[[i, j] for i, j in cells],
        mode="markers",
        marker={"size": 46, "symbol": "square", "opacity": 0.01},
        hovertemplate="%{y} answered %{x}: click to see the rows<extra></extra>",
        showlegend=False,
    )


def _cells(one: Heat) -> pd.DataFrame:
    """Every cell as a row."""
    rows = []
    for i, line in enumerate(one.z):
        for j, z in enumerate(line):
            row = {one.x_label: str(one.x[j]), one.y_label: str(one.y[i]), one.z_label: z}
            rows.append(row | ({"Rows": one.words[i][j]} if one.words else {}))
    return pd.DataFrame(rows)


def _series(figure: go.Figure, one: Series, colour: str) -> None:
    if one.look == "bars":
        shape = {"orientation": "h", "marker": {"color": colour}, "error_x": _whiskers(one)}
        figure.add_bar(x=one.y, y=one.x, name=one.name, **shape)
        return
    if one.look == "points":
        whiskers = {"error_y": _whiskers(one), "marker": {"size": 10, "color": colour}}
        figure.add_scatter(x=one.x, y=one.y, name=one.name, mode="markers", **whiskers)
        return
    if one.look == "faint":
        thin = {"color": charts.GREY, "width": 1}
        figure.add_scatter(
            x=one.x, y=one.y, mode="lines", line=thin, opacity=0.5, hoverinfo="skip",
            showlegend=False,
        )  # fmt: skip
        return
    if one.look == "area":
        figure.add_bar(x=one.x, y=one.y, name=one.name, yaxis="y2", marker_color=charts.BAND)
        return
    dash = "dash" if one.look == "dash" else "solid"
    mode = "lines+markers" if len(one.x) <= 20 and one.look == "line" else "lines"
    line = {"dash": dash, "color": colour}
    figure.add_scatter(x=one.x, y=one.y, name=one.name, mode=mode, line=line)
    if one.low and one.high:
        none = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
        figure.add_scatter(x=one.x, y=one.high, **none)
        figure.add_scatter(
            x=one.x, y=one.low, fill="tonexty", fillcolor=charts.faded(colour), **none
        )


def _whiskers(one: Series) -> dict[str, object] | None:
    if not (one.low and one.high):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - y for high, y in zip(one.high, one.y, strict=True)],
        "arrayminus": [y - low for low, y in zip(one.low, one.y, strict=True)],
    }


def _table(plot: Plot) -> pd.DataFrame:
    parts = []
    for one in plot.series:
        columns = {"Series": one.name, plot.x_label or "What": one.x, "Value": one.y}
        columns |= {"Low": one.low, "High": one.high} if one.low else {}
        columns |= {"Rows": one.counts} if one.counts else {}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts)
