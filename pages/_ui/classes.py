"""Right and wrong by class, and by group."""

import pandas as pd
import plotly.graph_objects as go

from mll_core.domain.report import GroupMetric, Report
from pages._ui import charts, glossary, numbers


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
