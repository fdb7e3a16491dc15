"""What was found in rows that bring no answer: groups and their portraits, rows that stand out."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.discovered import Grouping, Map, Oddness
from pages._ui import charts, numbers, tables
from pages._ui.words import escape

MOST_TRAITS = 6
SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "star", "hexagon")


def grouping(found: Grouping, *, key: str) -> None:
    """The groups in plain words, their map, and what they were chosen from."""
    st.header("The groups")
    st.markdown(escape(found.sentence), width=720)
    for portrait in found.portraits:
        with st.container(border=True):
            share = numbers.share(portrait.share)
            st.markdown(
                f"**{escape(portrait.name)}**: {numbers.count(portrait.rows)} rows, {share}"
            )
            for trait in portrait.traits[:MOST_TRAITS]:
                st.markdown(f"- {escape(trait.sentence)}")
            if not portrait.traits:
                st.caption("Nothing sets it apart clearly.")
    if found.map:
        _map(found.map, key=f"{key}-map")
    if found.tried:
        _tried(found)


def _map(found: Map, *, key: str) -> None:
    st.subheader("The rows on a map")
    figure = go.Figure()
    names = sorted({point.group for point in found.points})
    for at, name in enumerate(names):
        mine = [point for point in found.points if point.group == name]
        figure.add_scatter(
            x=[point.x for point in mine],
            y=[point.y for point in mine],
            mode="markers",
            name=name,
            marker={"size": 7, "opacity": 0.7, "symbol": SYMBOLS[at % len(SYMBOLS)]},
        )
    figure.update_layout(xaxis_title=found.across, yaxis_title=found.up)
    table = pd.DataFrame([point.to_json() for point in found.points])
    kept = numbers.share(found.kept)
    alt = f"{len(found.points)} rows along the two directions in which rows differ most, by group."
    charts.show(figure, alt, table, key=key, height=420)
    st.caption(
        f"A part of the rows. The map shows {kept} of how rows differ; groups may lie apart in "
        "what it does not show. Each axis is named by the columns that it stands for most."
    )


def _tried(found: Grouping) -> None:
    st.subheader("How many groups?")
    st.caption(
        "Silhouette: how much nearer rows lie to their own group than to the next (1 is far "
        "apart). Stability: how far groups from other draws of the rows are the same (1 is all)."
    )
    table = pd.DataFrame(
        [
            {
                "Way": one.model,
                "Groups": one.groups,
                "Silhouette": round(one.silhouette.value, 3),
                "Stability": round(one.stability.value, 3) if one.stability else None,
                "Smallest group": numbers.share(one.smallest),
                "Verdict": "chosen" if one.chosen else "as good" if one.tied else one.verdict,
            }
            for one in found.tried
        ]
    )
    tables.draw(table, alt="Ways of grouping with their silhouette, stability and sizes")


def oddness(found: Oddness, *, key: str) -> None:
    """The queue with reasons, its size, and what can be said of how good it is."""
    st.header("Rows that stand out")
    st.markdown(escape(found.sentence), width=720)
    st.info(escape(found.honest), icon=":material/info:")
    if not found.queue:
        return
    table = pd.DataFrame(
        [
            {
                "Score": round(one.score, 4),
                "What is unusual": "; ".join(one.reasons),
                **({"Known": one.truth} if any(o.truth for o in found.queue) else {}),
                **one.record,
            }
            for one in found.queue
        ]
    )
    tables.draw(table, alt="The oddest rows with their scores and what is unusual in them")
    st.caption("Score: 0.99 is odder than 99 % of the rows it learned from. The oddest are first.")
    if found.columns:
        named = [f"{escape(name)} {numbers.share(part)}" for name, part in found.columns.items()]
        st.markdown(f"Most often unusual: {', '.join(named[:MOST_TRAITS])} of these rows.")
