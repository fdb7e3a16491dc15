"""The leaderboard: intervals and ties drawn, the numbers in a table, the search while it runs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.training import Run, Training
from pages._ui import charts, glossary, numbers

MARKS: tuple[tuple[str, str, Callable[[Run], bool]], ...] = (
    ("Recommended", "star", lambda run: run.recommended),
    ("Tied with the best", "circle", lambda run: run.tied and not run.recommended),
    ("Behind", "circle-open", lambda run: not (run.tied or run.recommended or run.baseline)),
    ("Baseline", "x", lambda run: run.baseline and not (run.tied or run.recommended)),
)


def draw(runs: Sequence[Run], metric: str, *, key: str) -> None:
    """Every model's score with its interval, the best on top; marks differ, not colours alone."""
    ordered = list(reversed(runs))
    figure = go.Figure()
    for name, symbol, wanted in MARKS:
        if chosen := [run for run in ordered if wanted(run)]:
            figure.add_scatter(
                x=[run.score.value for run in chosen],
                y=[run.label for run in chosen],
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [run.score.high - run.score.value for run in chosen],
                    "arrayminus": [run.score.value - run.score.low for run in chosen],
                },
                mode="markers",
                marker={"size": 11, "symbol": symbol},
                name=name,
            )
    figure.update_layout(
        xaxis_title=glossary.label(metric),
        yaxis={"categoryorder": "array", "categoryarray": [run.label for run in ordered]},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
    )
    best = runs[0]
    alt = f"{len(runs)} models by {glossary.label(metric)}; the best is {best.label} with "
    table = pd.DataFrame(
        [
            {"Model": r.label, "Score": r.score.value, "Low": r.score.low, "High": r.score.high}
            for r in runs
        ]
    )
    charts.show(
        figure,
        alt + numbers.interval(metric, best.score),
        table,
        key=key,
        height=120 + 34 * len(runs),
    )


def table(training: Training) -> None:
    """Every run with its folds, its gap and its costs."""
    config = {
        "Folds": st.column_config.LineChartColumn(help=glossary.meaning("fold")),
        "Score": st.column_config.NumberColumn(format="%.4g"),
        "Gap": st.column_config.NumberColumn(format="%.3g", help=glossary.meaning("gap")),
        "Seconds": st.column_config.NumberColumn(format="%.1f"),
        "ms per row": st.column_config.NumberColumn(format="%.3f"),
        "Verdict": st.column_config.TextColumn(help=glossary.explain("tied", "baseline")),
    }
    frame = pd.DataFrame([_row(run) for run in training.leaderboard])
    st.dataframe(frame, hide_index=True, column_config=config, alt="All models, best first")
    st.caption(
        f"Trained on {numbers.count(training.rows)} rows in {numbers.seconds(training.seconds)}; "
        f"run {training.run_id[:8]}, also in MLflow"
    )


def _row(run: Run) -> dict[str, object]:
    marks = {"recommended": run.recommended, "baseline": run.baseline, "tied": run.tied}
    return {
        "Model": run.label,
        "Verdict": ", ".join(name for name, holds in marks.items() if holds) or "behind",
        "Score": run.score.value,
        "95 % interval": numbers.interval(run.metric, run.score),
        "Folds": list(run.folds),
        "Gap": abs(run.train_score - run.score.value),
        "Seconds": run.seconds,
        "ms per row": run.milliseconds_per_row,
    }


def live(rows: Sequence[Mapping[str, Any]]) -> None:
    """What the search has found so far, as a small table."""
    frame = pd.DataFrame([_live(row) for row in rows])
    st.dataframe(frame, hide_index=True, alt="Models finished so far, best first")


def _live(row: Mapping[str, Any]) -> dict[str, Any]:
    score = row.get("score") or row
    return {
        "Model": row.get("label") or row.get("model"),
        "Score": numbers.plain(score.get("value")),
        "95 % interval": f"{numbers.plain(score.get('low'))} to {numbers.plain(score.get('high'))}",
        "Seconds": numbers.plain(row.get("seconds")),
    }
