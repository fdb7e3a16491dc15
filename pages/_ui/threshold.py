"""What if the threshold were another: the same model, other decisions, all that follows at once."""

import math

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.ladder import Reading
from mll_core.domain.profit import Profit
from mll_core.domain.report import Report
from mll_core.domain.stakes import Stakes
from mll_core.workspace import Project
from pages._ui import charts, glossary, numbers, stamps
from pages._ui.words import escape

RATES = {
    "Called yes": ("share", "threshold"),
    "Of these, really yes": ("precision", "precision"),
    "Of all real yes, found": ("recall", "recall"),
}


def draw(project: Project, report: Report) -> None:
    """A slider that moves matrix, queue, money and groups together; the one in use is set."""
    key = (report.run_id, report.created, project.history.newest().version)
    stakes = _known(project.slug, key, project)
    if stakes is not None:
        st.fragment(_draw)(stakes)


@st.cache_resource(max_entries=20, show_spinner="Counting every threshold")
def _known(slug: str, key: tuple[str, str, int], _project: Project) -> Stakes | None:
    return _project.evidence.stakes()


def _draw(stakes: Stakes) -> None:
    start = stakes.in_use
    options = [at for at in stakes.ladder.thresholds if at <= 1]
    at = st.select_slider(
        "Say yes from this probability on",
        options,
        options[stakes.ladder.at(start)],
        format_func=lambda one: f"{one:.3g} (in use)" if one == start else f"{one:.3g}",
        key="threshold",
        help=glossary.meaning("threshold"),
    )
    step, before = stakes.ladder.at(at), stakes.ladder.at(start)
    now, then = stakes.ladder.read(step), stakes.ladder.read(before)
    cards = st.grid("auto", min_column_width=180, border=True)
    for label, (name, term) in RATES.items():
        value, other = getattr(now, name), getattr(then, name)
        moved = step != before and math.isfinite(value - other)
        delta = f"{100 * (value - other):+.1f} points" if moved else None
        cards.metric(
            label, numbers.share(value), delta, delta_color="off", help=glossary.meaning(term)
        )
    left, right = st.columns([1, 1])
    with left:
        _matrix(stakes, now)
    with right:
        _queue(stakes, now, step)
    if stakes.profit is not None:
        _curve(stakes.profit, step)
    for column in stakes.ladder.groups:
        _groups(stakes, column, step)
    st.caption(
        f"In use: {start:.3g}, chosen before the sealed rows were opened; arrows compare with it. "
        f"{stamps.told(stakes.stamp)}"
    )


def _matrix(stakes: Stakes, now: Reading) -> None:
    no, yes = (escape(name) for name in stakes.classes)
    (left, wrongly), (missed, found) = now.cells
    st.markdown(
        f"| | answered {no} | answered {yes} |\n|---|---:|---:|\n"
        f"| **really {no}** | {left:,} right | {wrongly:,} wrong |\n"
        f"| **really {yes}** | {missed:,} missed | {found:,} found |"
    )


def _queue(stakes: Stakes, now: Reading, step: int) -> None:
    profit = stakes.profit
    said = f"**{now.called:,}** of {now.rows:,} tested cases would be acted on"
    if profit is not None and profit.handled is not None:
        over = now.called - profit.handled
        said += f"; {profit.handled:,} can be handled"
        said += f", **{over:,} too many**" if over > 0 else f", room for {-over:,} more"
    st.markdown(f"{said}.")
    if profit is not None:
        value, low, high = (one[step] for one in (profit.value, profit.low, profit.high))
        total = value * now.rows
        st.markdown(
            f"A case is worth **{value:,.2f} {escape(profit.currency)}** ({low:,.2f} to "
            f"{high:,.2f}), all tested together {total:,.0f}."
        )


def _curve(profit: Profit, step: int) -> None:
    figure = go.Figure()
    at = [min(one, 1.0) for one in profit.thresholds]
    figure.add_scatter(x=at, y=profit.value, mode="lines", name="this model")
    none = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=at, y=profit.high, **none)
    figure.add_scatter(x=at, y=profit.low, fill="tonexty", fillcolor=charts.BAND, **none)
    dashes = ("dash", "dot", "dashdot", "longdash")
    for other, dash in zip(profit.others, dashes, strict=False):
        line = {"dash": dash, "color": charts.GREY}
        y = [other.value.value] * 2
        figure.add_scatter(x=[0, 1], y=y, mode="lines", line=line, name=other.name)
    marks = {"the slider": (at[step], "circle"), "best here": (profit.best.threshold, "star")}
    for name, (x, symbol) in marks.items():
        y = profit.value[min(range(len(at)), key=lambda i: abs(at[i] - x))]
        mark = {"size": 13, "symbol": symbol}
        figure.add_scatter(x=[x], y=[y], mode="markers", marker=mark, name=name)
    if profit.room is not None:
        figure.add_vline(
            x=profit.room, line_dash="dash", line_color=charts.GREY, annotation_text="capacity"
        )
    figure.update_layout(
        xaxis_title="Say yes from this probability on",
        yaxis_title=f"{profit.currency} per case",
        legend={"orientation": "h", "y": -0.25, "yanchor": "top"},
    )
    alt = f"Money per case at every threshold; best at {profit.best.threshold:.3g}."
    charts.show(figure, alt, _table(profit), key="profit", height=460)
    for sentence in profit.sentences:
        st.markdown(f"- {escape(sentence)}", width=720)


def _table(profit: Profit) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Threshold": profit.thresholds,
            f"{profit.currency} per case": profit.value,
            "Low": profit.low,
            "High": profit.high,
        }
    )


def _groups(stakes: Stakes, column: str, step: int) -> None:
    rows = []
    for rung in stakes.ladder.groups[column]:
        now = stakes.ladder.read(step, rung)
        rows.append(
            {
                column: rung.name,
                "Rows": now.rows,
                "Called yes": numbers.share(now.share),
                "Of all real yes, found": numbers.share(now.recall),
                "Wrongly called": numbers.share(now.wrongly),
                "Of these, really yes": numbers.share(now.precision),
            }
        )
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, alt=f"What the threshold does to groups of {column}."
    )
