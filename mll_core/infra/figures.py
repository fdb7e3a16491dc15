"""Figures of a report as plotly data: colours by role, an alternative text, the table behind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from mll_core.domain.report import ColumnEffect, Curve

SOLID, SOFT, SECOND, MUTED = "@primary", "@soft", "@second", "@muted"
"""Roles, replaced by the colours of the reader's theme."""
Rows = tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Figure:
    """One chart: ``data`` and ``layout`` for plotly; ``head`` and ``rows`` the same as a table."""

    title: str
    alt: str
    data: list[dict[str, Any]]
    layout: dict[str, Any]
    head: tuple[str, ...]
    rows: Rows
    height: int = 340
    note: str = field(default="")


def curve(
    title: str, lines: Sequence[tuple[str, Curve]], alt: str, *, diagonal: str = "", note: str = ""
) -> Figure:
    """One or more curves over the same axes; ``diagonal`` names the line that means no skill."""
    first = lines[0][1]
    colours = (SOLID, SECOND, MUTED, "@third", "@fourth", "@fifth")
    data: list[dict[str, Any]] = []
    for (name, points), colour in zip(lines, colours, strict=False):
        if points.low and (points.counts or len(lines) == 1):
            data.append(_band(points))
        marks = {"mode": "lines+markers"} if points.counts else {"mode": "lines"}
        data.append(_line(name, points, colour) | marks)
    if diagonal:
        ends = _ends(first)
        line = {"dash": "dot", "width": 1.5, "color": MUTED}
        data.append(
            {
                "x": ends,
                "y": ends,
                "name": diagonal,
                "mode": "lines",
                "line": line,
                "hoverinfo": "skip",
            }
        )
    layout = _axes(first.x_label, first.y_label)
    layout["showlegend"] = len(lines) > 1 or bool(diagonal)
    rows = tuple(
        (name, *row) for name, points in lines for row in zip(points.x, points.y, strict=True)
    )
    head = ("Line", first.x_label, first.y_label)
    return Figure(title, alt, data, layout, head, _thin(rows), note=note)


def bars(title: str, lines: Sequence[tuple[str, Curve]], alt: str) -> Figure:
    """Histograms over the same axis."""
    first = lines[0][1]
    data = [
        {
            "type": "bar",
            "x": list(points.x),
            "y": list(points.y),
            "name": escape(name),
            "marker": {"color": colour},
            "opacity": 0.75,
        }
        for (name, points), colour in zip(lines, (SOLID, SECOND, MUTED), strict=False)
    ]
    layout = _axes(first.x_label, first.y_label) | {"barmode": "overlay", "bargap": 0.06}
    layout["showlegend"] = len(lines) > 1
    rows = tuple(
        (name, *row) for name, points in lines for row in zip(points.x, points.y, strict=True)
    )
    return Figure(title, alt, data, layout, ("Rows of", first.x_label, first.y_label), rows)


def points(title: str, dots: Curve, alt: str) -> Figure:
    """A cloud of points with the line on which prediction and truth agree."""
    marker = {"color": SOLID, "size": 6, "opacity": 0.55}
    cloud = {"x": list(dots.x), "y": list(dots.y), "mode": "markers", "marker": marker}
    ends = _ends(dots)
    line = {"dash": "dot", "width": 1.5, "color": MUTED}
    agree = {"x": ends, "y": ends, "mode": "lines", "line": line, "hoverinfo": "skip"}
    layout = _axes(dots.x_label, dots.y_label) | {"showlegend": False}
    rows = tuple(zip(dots.x, dots.y, strict=True))
    return Figure(title, alt, [cloud, agree], layout, (dots.x_label, dots.y_label), _thin(rows))


def importance(effects: Sequence[ColumnEffect], unit: str) -> Figure:
    """Which columns move predictions most, the strongest on top."""
    shown = list(effects)[::-1]
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [effect.importance for effect in shown],
        "y": [escape(effect.column) for effect in shown],
        "marker": {"color": SOLID},
    }
    layout = _axes(f"Mean effect on the prediction ({unit})", "") | {"showlegend": False}
    layout["yaxis"] |= {"automargin": True, "type": "category"}
    top = effects[0].column if effects else "no column"
    return Figure(
        "What drives the predictions",
        f"Bar chart of the mean effect of each column; {top} moves predictions most.",
        [bar],
        layout,
        ("Column", f"Mean effect ({unit})"),
        tuple((effect.column, effect.importance) for effect in effects),
        height=90 + 26 * len(shown),
    )


def dependence(effect: ColumnEffect, unit: str) -> Figure:
    """The values of one column against what they did to the prediction."""
    known = [(value, moved) for value, moved in effect.points if value is not None]
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v, _ in known)
    values: list[Any] = [value if numeric else escape(str(value)) for value, _ in known]
    dots = {
        "x": values,
        "y": [moved for _, moved in known],
        "mode": "markers",
        "marker": {"color": SOLID, "size": 6, "opacity": 0.55},
    }
    layout = _axes(escape(effect.column), f"Effect ({unit})") | {"showlegend": False}
    if not numeric:
        layout["xaxis"] |= {"type": "category"}
    layout["yaxis"] |= {"zeroline": True, "zerolinecolor": MUTED}
    alt = f"Each dot is a row: the value of {effect.column} and its effect on the prediction."
    rows = _thin(tuple((str(value), moved) for value, moved in known))
    head = (effect.column, f"Effect ({unit})")
    return Figure(effect.column, alt, [dots], layout, head, rows, height=280)


def _line(name: str, points: Curve, colour: str) -> dict[str, Any]:
    style = {"color": colour, "width": 2.5}
    return {"x": list(points.x), "y": list(points.y), "name": escape(name), "line": style}


def _band(points: Curve) -> dict[str, Any]:
    return {
        "x": [*points.x, *points.x[::-1]],
        "y": [*points.high, *points.low[::-1]],
        "fill": "toself",
        "fillcolor": SOFT,
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _axes(x: str, y: str) -> dict[str, Any]:
    return {"xaxis": {"title": {"text": escape(x)}}, "yaxis": {"title": {"text": escape(y)}}}


def _ends(points: Curve) -> list[float]:
    if points.name.startswith(("roc", "calibration")):
        return [0.0, 1.0]
    both = (*points.x, *points.y)
    return [min(both), max(both)]


def _thin(rows: Rows, most: int = 60) -> Rows:
    step = max(1, -(-len(rows) // most))
    return rows[::step]
