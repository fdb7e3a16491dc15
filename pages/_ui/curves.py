"""Curves of the evaluation report, those that belong together in one figure."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from mll_core.domain.report import Curve
from pages._ui import charts

LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom"}
TITLES = {
    "roc": "ROC",
    "precision_recall": "Precision and recall",
    "calibration": "Calibration",
    "threshold": "Threshold",
}
DIAGONAL = {"roc": "chance", "calibration": "perfect"}
DASHES = ("solid", "dash", "dot", "dashdot")


def families(curves: Sequence[Curve]) -> dict[str, list[Curve]]:
    """Curves that belong into one figure, by the title of the figure."""
    found: dict[str, list[Curve]] = {}
    for one in curves:
        kind = one.name.split(":")[0]
        kind = "threshold" if kind.startswith("threshold_") else kind
        if kind in TITLES:  # the others are views
            found.setdefault(TITLES[kind], []).append(one)
    return found


def draw(family: Sequence[Curve], *, title: str, key: str) -> None:
    """One figure; ROC and calibration beside what chance or perfection would draw."""
    figure, first = go.Figure(), family[0]
    for number, one in enumerate(family):
        dash = DASHES[number % len(DASHES)]
        figure.add_scatter(
            x=one.x, y=one.y, name=_series(one), mode=_mode(one), line={"dash": dash}
        )
        _band(figure, one)
    kind = first.name.split(":")[0]
    if kind in DIAGONAL:
        grey = {"dash": "dash", "color": charts.GREY}
        figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=grey, name=DIAGONAL[kind])
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
    return "lines+markers" if len(one.x) <= 20 else "lines"


def _band(figure: go.Figure, one: Curve) -> None:
    if not (one.low and one.high):
        return
    none = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=one.x, y=one.high, **none)
    figure.add_scatter(x=one.x, y=one.low, fill="tonexty", fillcolor=charts.BAND, **none)
