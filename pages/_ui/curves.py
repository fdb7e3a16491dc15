"""Figures of the evaluation report: curves, confusion, groups."""

import pandas as pd
import plotly.graph_objects as go

from mll_core.domain.report import Curve, GroupMetric, Report
from pages._ui import charts, glossary, numbers

LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom"}


def curve(one: Curve, *, key: str) -> None:
    """One curve with its band; ROC and calibration beside what chance or perfection would draw."""
    figure = go.Figure()
    if one.low and one.high:
        figure.add_scatter(x=one.x, y=one.high, mode="lines", line={"width": 0}, showlegend=False)
        figure.add_scatter(
            x=one.x,
            y=one.low,
            mode="lines",
            line={"width": 0},
            fill="tonexty",
            fillcolor="rgba(91,155,216,0.25)",
            name="95 % interval",
        )
    mode = "lines+markers" if len(one.x) <= 30 else "lines"
    if "residual" in one.name.lower():
        mode = "markers"
    figure.add_scatter(x=one.x, y=one.y, mode=mode, name=one.name, line={"color": "#3B82D0"})
    if any(word in one.name.lower() for word in ("roc", "calibration", "reliability")):
        figure.add_scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line={"dash": "dash", "color": "#8A8F98"},
            name="chance" if "roc" in one.name.lower() else "perfect",
        )
    figure.update_layout(xaxis_title=one.x_label, yaxis_title=one.y_label, legend=LEGEND)
    alt = f"{one.name}: {one.y_label} against {one.x_label}, {len(one.x)} points."
    table = pd.DataFrame({one.x_label: one.x, f"{one.y_label} ": one.y})
    charts.show(figure, alt, table, key=key, height=380)


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
