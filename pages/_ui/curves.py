"""Figures of the evaluation report: curves, confusion, groups."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from mll_core.domain.report import Curve, GroupMetric, Report
from pages._ui import charts, glossary, numbers

LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom"}
TITLES = {
    "roc": "ROC",
    "precision_recall": "Precision and recall",
    "calibration": "Calibration",
    "scores": "Scores",
    "threshold": "Threshold",
    "predicted_actual": "Predicted and true",
    "residual_histogram": "Errors",
    "residual_by_prediction": "Errors by prediction",
}
DIAGONAL = {"roc": "chance", "calibration": "perfect", "predicted_actual": "perfect"}
DASHES = ("solid", "dash", "dot", "dashdot")


def families(curves: Sequence[Curve]) -> dict[str, list[Curve]]:
    """Curves that belong into one figure, by the title of the figure."""
    found: dict[str, list[Curve]] = {}
    for one in curves:
        kind = one.name.split(":")[0]
        kind = "threshold" if kind.startswith("threshold_") else kind
        found.setdefault(TITLES.get(kind, kind.replace("_", " ")), []).append(one)
    return found


def draw(family: Sequence[Curve], *, title: str, key: str) -> None:
    """One figure; ROC and calibration beside what chance or perfection would draw."""
    figure, first = go.Figure(), family[0]
    for number, one in enumerate(family):
        _band(figure, one)
        dash = DASHES[number % len(DASHES)]
        figure.add_scatter(
            x=one.x, y=one.y, name=_series(one), mode=_mode(one), line={"dash": dash}
        )
    kind = first.name.split(":")[0]
    if kind in DIAGONAL:
        ends = [0, 1] if kind in ("roc", "calibration") else [min(first.x), max(first.x)]
        grey = {"dash": "dash", "color": charts.GREY}
        figure.add_scatter(x=ends, y=ends, mode="lines", line=grey, name=DIAGONAL[kind])
    named = len(family) > 1 or kind in DIAGONAL
    y_label = first.y_label if len({one.y_label for one in family}) == 1 else "Share"
    figure.update_layout(
        xaxis_title=first.x_label, yaxis_title=y_label, legend=LEGEND, showlegend=named
    )
    alt = f"{title}: {y_label} against {first.x_label}, {len(first.x)} points."
    parts = [
        pd.DataFrame({"Series": _series(one), one.x_label: one.x, "Value": one.y}) for one in family
    ]
    charts.show(figure, alt, pd.concat(parts), key=key, height=380)


def _series(one: Curve) -> str:
    _, _, name = one.name.partition(":")
    return name or one.y_label


def _mode(one: Curve) -> str:
    if one.name == "predicted_actual":
        return "markers"
    return "lines+markers" if len(one.x) <= 20 else "lines"


def _band(figure: go.Figure, one: Curve) -> None:
    if not (one.low and one.high):
        return
    none = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=one.x, y=one.high, **none)
    figure.add_scatter(x=one.x, y=one.low, fill="tonexty", fillcolor=charts.BAND, **none)


def confusion(report: Report, *, key: str) -> None:
    """How often each true class was answered by which class: counts, shaded by share of the row."""
    classes = list(report.classes)
    shares = [[n / max(sum(row), 1) for n in row] for row in report.confusion]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=classes,
            y=classes,
            text=[
                [f"{numbers.count(n)}<br>{numbers.share(s)}" for n, s in zip(ns, ss, strict=True)]
                for ns, ss in zip(report.confusion, shares, strict=True)
            ],
            texttemplate="%{text}",
            colorscale=[[0, "#E6F0FA"], [1, "#0B5CAD"]],
            zmin=0,
            zmax=1,
            showscale=False,
        )
    )
    figure.update_layout(
        xaxis_title="Answered",
        yaxis_title="True",
        xaxis_type="category",
        yaxis={"type": "category", "autorange": "reversed"},
    )
    right = sum(report.confusion[i][i] for i in range(len(report.confusion)))
    alt = f"Confusion matrix over {report.test_rows:,} sealed rows; {right:,} answered rightly."
    table = pd.DataFrame(report.confusion, columns=[f"answered {name}" for name in classes])
    table.insert(0, "true", classes)
    charts.show(figure, alt, table, key=key, height=180 + 60 * len(classes))


def groups(found: list[GroupMetric], metric: str, *, key: str) -> None:
    """One metric in each group, with its interval: groups that overlap may be the same."""
    shown = [group for group in found if metric in group.metrics][::-1]
    values = [group.metrics[metric] for group in shown]
    figure = go.Figure(
        go.Scatter(
            x=[value.value for value in values],
            y=[f"{group.group} (n = {numbers.count(group.n)})" for group in shown],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [value.high - value.value for value in values],
                "arrayminus": [value.value - value.low for value in values],
            },
            mode="markers",
            marker={"size": 11},
        )
    )
    figure.update_layout(xaxis_title=glossary.label(metric))
    rows = [
        {"Group": g.group, "Rows": g.n, "Value": v.value, "Low": v.low, "High": v.high}
        for g, v in zip(shown, values, strict=True)
    ]
    alt = f"{glossary.label(metric)} in {len(shown)} groups of {found[0].column}."
    charts.show(figure, alt, pd.DataFrame(rows), key=key, height=110 + 34 * len(shown))
