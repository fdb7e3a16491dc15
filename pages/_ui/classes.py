"""Right and wrong by class, and by group."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.report import GroupMetric, Report
from mll_core.workspace import Project
from pages._ui import charts, closer, glossary, numbers, stamps
from pages._ui.words import escape


def confusion(project: Project, report: Report, *, key: str) -> None:
    """How often each true class was answered by which; a cell that is clicked shows its rows."""
    classes, counts = list(report.classes), report.confusion
    cells = [(i, j) for i in range(len(classes)) for j in range(len(classes))]
    figure = _matrix(report)
    figure.add_scatter(  # what can be clicked: a heatmap tells nobody
        x=[classes[j] for _, j in cells],
        y=[classes[i] for i, _ in cells],
        customdata=[[i, j] for i, j in cells],
        mode="markers",
        marker={"size": 46, "symbol": "square", "opacity": 0.01},
        hovertemplate="%{y} answered %{x}: click to see the rows<extra></extra>",
        showlegend=False,
    )
    right = sum(counts[i][i] for i in range(len(counts)))
    alt = f"Confusion matrix over {report.test_rows:,} sealed rows; {right:,} answered rightly."
    table = pd.DataFrame(counts, columns=[f"answered {name}" for name in classes])
    table.insert(0, "true", classes)
    height = 180 + 60 * len(classes)
    clicked = charts.show(figure, alt, table, key=key, height=height, clicks=True)
    names = {
        f"{classes[i]}, answered {classes[j]} ({counts[i][j]:,} rows)": (i, j)
        for i, j in sorted(cells, key=lambda cell: cell[0] == cell[1])
        if counts[i][j]
    }
    told = next((name for name, cell in names.items() if list(cell) == clicked), None)
    place = list(names).index(told) if told else None
    chosen = st.selectbox(
        "See the rows of a cell (or click it)", list(names), place, key=f"{key}-cell-{told}"
    )
    if chosen:
        behind = project.evidence.cell(*names[chosen])
        st.markdown(f"**{escape(behind.title)}**, the surest first")
        closer.rows(project, behind)
    st.caption(stamps.of(report))


def _matrix(report: Report) -> go.Figure:
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
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        xaxis_title="Answered",
        yaxis_title="True",
        xaxis_type="category",
        yaxis={"type": "category", "autorange": "reversed"},
    )
    return figure


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
