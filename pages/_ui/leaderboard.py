"""The leaderboard: intervals and ties drawn, the numbers in a table."""

import math
from collections.abc import Callable, Sequence

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


def span(runs: Sequence[Run]) -> list[float]:
    """The axis that holds every score and every model's interval; a baseline's may run out."""
    ends = [run.score.value for run in runs]
    for run in runs:
        ends += [] if run.baseline else [run.score.low, run.score.high]
    ends = [end for end in ends if math.isfinite(end)] or [0.0, 1.0]
    margin = (max(ends) - min(ends)) * 0.05 or 0.01
    return [min(ends) - margin, max(ends) + margin]


def draw(runs: Sequence[Run], metric: str, name: str, *, key: str) -> None:
    """Every model's score with its interval, the best on top; marks differ, not colours alone."""
    ordered = list(reversed(runs))
    figure = go.Figure()
    for mark, symbol, wanted in MARKS:
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
                name=mark,
            )
    figure.update_layout(
        xaxis={"title": name, "range": span(runs)},
        yaxis={"categoryorder": "array", "categoryarray": [run.label for run in ordered]},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
    )
    best = runs[0]
    alt = f"{len(runs)} models by {name}; the best is {best.label} with "
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


def table(training: Training, currency: str) -> None:
    """Every run with its folds, its gap and its costs."""
    runs, by_fold = training.leaderboard, not (training.grouping or training.oddness)
    folds = [fold for run in runs if by_fold for fold in run.folds] or [0.0, 1.0]
    floor = min(folds) - (max(folds) - min(folds)) / 2
    config = {
        "Folds": st.column_config.BarChartColumn(
            help=glossary.meaning("fold"), y_min=floor, y_max=max(folds)
        ),
        "Score": st.column_config.NumberColumn(format="%.4g"),
        "Gap": st.column_config.NumberColumn(format="%.3g", help=glossary.meaning("gap")),
        "Seconds": st.column_config.NumberColumn(format="%.1f", help="To train it, all folds."),
        "Size": st.column_config.TextColumn(help="On the disk, when it is stored."),
        "Behind the best": st.column_config.TextColumn(help=glossary.meaning("behind")),
        "Calibration error": st.column_config.NumberColumn(
            format="percent", help=glossary.meaning("calibration_error")
        ),
        "Fairness gap": st.column_config.NumberColumn(
            format="%.3g", help=glossary.meaning("fairness_gap")
        ),
        "ms per row": st.column_config.NumberColumn(
            format="%.3f", help="Thousandths of a second to score one row."
        ),
        "Verdict": st.column_config.TextColumn(
            help=glossary.explain("tied", "baseline"), width=150
        ),
    }
    frame = pd.DataFrame([row(run, currency) for run in runs])
    frame = frame if by_fold else frame.drop(columns="Folds")
    frame = frame.dropna(axis="columns", how="all")  # what this task or brief does not have
    if "Behind the best" in frame:
        frame["Behind the best"] = frame["Behind the best"].fillna("")
    st.dataframe(frame, hide_index=True, column_config=config, alt="All models, best first")
    st.caption(
        f"Trained on {numbers.count(training.rows)} rows in {numbers.seconds(training.seconds)}; "
        f"run {training.run_id[:8]}, also in MLflow"
    )


def row(run: Run, currency: str) -> dict[str, object]:
    """One run as a row of the table, by the words above its columns."""
    value = run.metrics.get("expected_value")
    marks = {"recommended": run.recommended, "baseline": run.baseline, "tied": run.tied}
    return {
        "Model": run.label,
        "Verdict": ", ".join(name for name, holds in marks.items() if holds) or "behind",
        "Score": run.score.value,
        "95 % interval": numbers.interval(run.metric, run.score),
        "Behind the best": numbers.interval(run.metric, run.behind) if run.behind else None,
        "Folds": list(run.folds),
        "Gap": abs(run.train_score - run.score.value) or None,
        "Seconds": run.seconds,
        "ms per row": run.milliseconds_per_row or None,
        "Size": numbers.size(run.bytes) if run.bytes else None,
        "Calibration error": run.calibration_error,
        "Fairness gap": run.fairness_gap,
        f"Value, {currency} per case": value.value if value else None,
    }
