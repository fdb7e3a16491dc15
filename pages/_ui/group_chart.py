"""How groups fare, drawn."""

import pandas as pd
import plotly.graph_objects as go

from mll_core.domain.report import GroupMetric
from pages._ui import charts, glossary, numbers


def draw(found: list[GroupMetric], metric: str, *, key: str) -> None:
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
