"""What would make the model better: the learning curve, and each way with its measured gain."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.training import Training
from pages._ui import charts, glossary, numbers
from pages._ui.words import escape


def draw(training: Training, name: str) -> None:
    """The curve beside the sentences, most helpful first; nothing where nothing was measured."""
    if not training.helps:
        return
    st.subheader("What would help most")
    curve, words = st.columns([3, 2], gap="large")
    with words:
        for number, one in enumerate(training.helps, 1):
            mark = ":material/trending_up: " if one.shown else ""
            st.markdown(f"{number}. {mark}{escape(one.sentence)}")
    with curve:
        if training.learning_curve:
            _curve(training, name)
        else:
            st.caption("There was no time left to see what fewer rows would have reached.")


def _curve(training: Training, name: str) -> None:
    points = training.learning_curve
    table = pd.DataFrame(
        [
            {"Rows": p.rows, "Score": p.score.value, "Low": p.score.low, "High": p.score.high}
            for p in points
        ]
    )
    figure = go.Figure(
        go.Scatter(
            x=table["Rows"],
            y=table["Score"],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": table["High"] - table["Score"],
                "arrayminus": table["Score"] - table["Low"],
            },
            mode="lines+markers",
        )
    )
    figure.update_layout(xaxis={"title": "Rows learned from", "type": "log"}, yaxis_title=name)
    first, last = points[0], points[-1]
    alt = (
        f"{name} on held-out rows: {numbers.metric(training.metric, first.score.value)} after "
        f"{numbers.count(first.rows)} rows, {numbers.metric(training.metric, last.score.value)} "
        f"after {numbers.count(last.rows)}."
    )
    charts.show(figure, alt, table, key="learning-curve", height=280)
    st.caption("The learning curve", help=glossary.meaning("learning_curve"))
