"""A model that can be followed, drawn: its tree, its curves, or its table of points."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from mll_core.domain.inside import Curve, Inside
from pages._ui import charts, numbers
from pages._ui.words import escape

ACROSS = 3
"""Curves side by side."""
LINE = "#3B82C4"
LEVELS = 8
"""Levels of a category that are drawn; the table has all."""


def draw(inside: Inside, *, key: str) -> None:
    """Whatever the model is made of."""
    if inside.nodes:
        _tree(inside, key=f"{key}-tree")
    if inside.points:
        _points(inside)
    if inside.curves:
        _curves(inside, key=f"{key}-curves")
    if inside.calibrated:
        st.caption("The probability that comes of it is then put right by the calibration above.")


def _tree(inside: Inside, *, key: str) -> None:
    st.markdown("Start at the top; go left when the answer to the question is yes.", width=720)
    nodes = inside.nodes
    figure = go.Figure()
    for node in nodes:
        if node.parent >= 0:
            above = nodes[node.parent]
            figure.add_scatter(
                x=[above.x, node.x],
                y=[-above.y, -node.y],
                mode="lines",
                line={"color": charts.GREY, "width": 1},
                hoverinfo="skip",
                showlegend=False,
            )
    for leaf in (False, True):
        chosen = [node for node in nodes if node.leaf == leaf]
        figure.add_scatter(
            x=[node.x for node in chosen],
            y=[-node.y for node in chosen],
            mode="markers+text",
            marker={"size": 12, "symbol": "square" if leaf else "circle"},
            text=[_wrapped(node.said if leaf else node.question) for node in chosen],
            textposition="bottom center" if leaf else "top center",
            hovertext=[f"{node.said}, {numbers.count(node.rows)} rows" for node in chosen],
            hoverinfo="text",
            name="Answer" if leaf else "Question",
        )
    deepest = max(node.y for node in nodes)
    figure.update_xaxes(visible=False, range=[-0.7, sum(node.leaf for node in nodes) - 0.3])
    figure.update_yaxes(visible=False, range=[-deepest - 0.7, 0.7])
    figure.update_layout(legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"})
    rules = pd.DataFrame([{"Rule": rule.words, "Rows": rule.rows} for rule in inside.rules])
    alt = f"A tree with {len(inside.rules)} answers; the first question is {nodes[0].question}"
    charts.show(figure, alt, rules, key=key, height=130 + 95 * (deepest + 1))
    st.markdown("**The same as rules**")
    for rule in inside.rules:
        st.markdown(f"- {escape(rule.words)} :gray[{numbers.count(rule.rows)} rows]")


def _wrapped(text: str) -> str:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 16:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(line.replace("<", "&lt;") for line in lines[:4])


def _points(inside: Inside) -> None:
    st.markdown(
        f"Start with **{inside.start}** points and add those of each column. 500 points mean that "
        "both answers are as likely; 20 more double the odds.",
        width=720,
    )
    table = pd.DataFrame([entry.to_json() for entry in inside.points])
    table = table.rename(columns={"column": "Column", "range": "Range", "points": "Points"})
    st.dataframe(table, hide_index=True, alt="Points for every range of every column")


def _curves(inside: Inside, *, key: str) -> None:
    said = "Each column adds its curve; the sum is the answer. Higher means more."
    if inside.unit == "log-odds":
        said += " The unit is log-odds: 0.7 more make the odds twice as high."
    if inside.pairs:
        named = ", ".join(f"{one} with {other}" for one, other in inside.pairs)
        said += f" Beyond their curves these act together: {named}."
    st.markdown(escape(said), width=720)
    curves = inside.curves
    down = -(-len(curves) // ACROSS)
    figure = make_subplots(
        rows=down,
        cols=ACROSS,
        shared_yaxes="all",
        vertical_spacing=0.34 / down,
    )
    for place, curve in enumerate(curves):
        at = {"row": place // ACROSS + 1, "col": place % ACROSS + 1}
        figure.add_trace(_trace(curve), **at)
        figure.update_xaxes(title_text=_short(curve.column, 40), **_ticks(curve), **at)
    figure.update_layout(showlegend=False)
    figure.update_yaxes(zeroline=True, zerolinecolor=charts.GREY)
    figure.update_yaxes(title_text=inside.unit, col=1)
    rows = [
        {"Column": curve.column, "Value": str(at), "Effect": effect}
        for curve in curves
        for at, effect in zip(curve.at, curve.effect, strict=True)
    ]
    alt = f"How the answer moves along {', '.join(curve.column for curve in curves[:3])}."
    charts.show(figure, alt, pd.DataFrame(rows), key=key, height=60 + 210 * down)


def _trace(curve: Curve) -> go.Scatter | go.Bar:
    if kept := _strongest(curve):
        names = [str(curve.at[i]) for i in kept]
        return go.Bar(
            x=list(range(len(kept))),
            y=[curve.effect[i] for i in kept],
            text=[_short(name, 26) for name in names],
            textposition="none",
            hovertemplate="%{text}: %{y:.3g}<extra></extra>",
            marker_color=LINE,
        )
    return go.Scatter(
        x=list(curve.at), y=list(curve.effect), mode="lines", line={"color": LINE, "width": 2}
    )


def _ticks(curve: Curve) -> dict[str, Any]:
    """Level names under bars, as many letters as there is room for."""
    strongest = _strongest(curve)
    if not strongest:
        return {}
    room = max(3, 40 // len(strongest))
    names = [_short(str(curve.at[i]), room) for i in strongest]
    return {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names}


def _strongest(curve: Curve) -> list[int]:
    """The levels that move the answer most, from least to most; none for a number."""
    if not any(isinstance(at, str) for at in curve.at):
        return []
    places = sorted(range(len(curve.at)), key=lambda i: -abs(curve.effect[i]))[:LEVELS]
    return sorted(places, key=lambda i: curve.effect[i])


def _short(text: str, room: int) -> str:
    kept = text if len(text) <= room else f"{text[: room - 1]}…"
    return kept.replace("<", "&lt;")
