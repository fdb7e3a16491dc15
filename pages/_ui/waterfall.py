"""From what is usual to what is said of one case, column by column."""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.whatif import Case
from pages._ui import charts, numbers
from pages._ui.words import escape

STEPS, LONGEST = 8, 34
UP, DOWN = "#3B82C4", "#D97706"
SHARES = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
"""Chances that are written on an axis of log-odds."""
LEAST = -700.0
"""Log-odds below this are told as this: 0 %."""
SAID = "Chances are spaced so that reasons add up: a step to the right multiplies the odds. "
STARTS = "It starts at the average on this scale of the rows that are compared with."


def draw(case: Case, *, two: bool, key: str) -> None:
    """The figure, its table, and how it was worked out; ``two``: of two classes one is sought."""
    top, rest = case.effects[:STEPS], case.effects[STEPS:]
    names = [_named(one.column, one.value) for one in top]
    sizes = [one.effect for one in top]
    if rest:
        names.append(f"{len(rest)} other columns")
        sizes.append(sum(one.effect for one in rest))
    if len({*names}) < len(names):  # bars of one name would lie on one another
        names = [f"{place}. {name}" for place, name in enumerate(names, 1)]
    chances = two and case.unit == "log-odds"
    figure = _figure(case, names, sizes, chances)
    table = pd.DataFrame(
        {
            "Column": [one.column for one in case.effects],
            "Value": [numbers.plain(one.value) for one in case.effects],
            f"Adds ({case.unit})": [one.effect for one in case.effects],
            "± one standard error": [one.error for one in case.effects],
        }
    )
    alt = f"From {case.base:.3g} to {case.output:.3g}; most by {', '.join(names[:3])}."
    charts.show(figure, alt, table, key=key, height=110 + 28 * (len(names) + 2))
    said = f"{SAID if chances else ''}{STARTS} How it was worked out: {case.method}."
    st.caption(escape(said))


def _figure(case: Case, names: list[str], sizes: list[float], chances: bool) -> go.Figure:
    starts, at = [], case.base
    for size in sizes:
        starts.append(at)
        at += size
    reached = [*starts, at, case.base, case.output]
    low, high = min(reached), max(reached)
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=sizes,
        base=starts,
        orientation="h",
        marker_color=[UP if size > 0 else DOWN for size in sizes],
        text=[_signed(size) for size in sizes],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    _ends(figure, case, chances, (low + high) / 2)
    pad = 0.3 * (high - low) or 0.5
    figure.update_xaxes(range=[low - pad, high + pad], title=_axis(case, chances), zeroline=False)
    if chances:
        figure.update_xaxes(
            tickvals=[_odds(share) for share in SHARES], ticktext=[*map(numbers.share, SHARES)]
        )
    order = ["start", *names, "this case"]
    figure.update_yaxes(categoryorder="array", categoryarray=order, autorange="reversed")
    figure.update_layout(showlegend=False, bargap=0.25)
    return figure


def _ends(figure: go.Figure, case: Case, chances: bool, middle: float) -> None:
    """Where it starts and what is said, each told on the side where there is room."""
    ends = {"start": case.base, "this case": case.output}
    figure.add_scatter(
        y=list(ends),
        x=list(ends.values()),
        mode="markers+text",
        marker={"symbol": "diamond", "size": 11, "color": charts.GREY},
        text=[_told(end, case.unit, chances) for end in ends.values()],
        textposition=["middle left" if end > middle else "middle right" for end in ends.values()],
        cliponaxis=False,
        hoverinfo="skip",
    )


def _axis(case: Case, chances: bool) -> str:
    label = case.label[:1].upper() + case.label[1:]
    return f"{label} ({case.unit})" if case.unit == "log-odds" and not chances else label


def _told(value: float, unit: str, chances: bool) -> str:
    if chances:
        return numbers.share(1 / (1 + math.exp(-max(value, LEAST))))
    return numbers.share(value) if unit == "probability" else numbers.plain(value)


def _signed(size: float) -> str:
    return f"{'+' if size > 0 else ''}{numbers.plain(float(f'{size:.3g}'))}"


def _odds(share: float) -> float:
    return math.log(share / (1 - share))


def _named(column: str, value: Any) -> str:
    told = f"{column} = {numbers.plain(value)}"
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"
