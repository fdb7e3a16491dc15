"""A chart drawn on paper from what plotly would draw: lines, bands, dots and bars on two axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from mll_core.infra.report_page.blocks import Chart

if TYPE_CHECKING:
    from fpdf import FPDF

COLOURS = {
    "@primary": (11, 92, 173),
    "@soft": (219, 232, 245),
    "@second": (181, 71, 8),
    "@muted": (122, 134, 154),
    "@third": (26, 127, 100),
    "@fourth": (122, 79, 181),
    "@fifth": (160, 48, 80),
}
"""As the page has them on white."""
WIDTH, TALL, LEFT, BELOW, LETTERS = 170.0, 62.0, 16.0, 12.0, 7.0
GRID, WORDS = (228, 231, 236), (93, 107, 130)
LONGEST = 26
TICKS = 5


@dataclass(frozen=True)
class _Axis:
    """Values, or words one after another, over a stretch of paper from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float
    words: tuple[str, ...] = ()

    def at(self, value: Any) -> float:
        """Where a value lies, in millimetres."""
        number = self.words.index(str(value)) if self.words else float(value)
        share = (number - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Places and what is written there."""
        if self.words:
            return [(self.at(word), unescape(word)[:LONGEST]) for word in self.words]
        step = _round((self.high - self.low) / TICKS)
        first = math.ceil(self.low / step - 1e-9)
        numbers = [n * step for n in range(first, math.floor(self.high / step + 1e-9) + 1)]
        return [(self.at(number), f"{number:.6g}") for number in numbers]


def draw(pdf: "FPDF", chart: Chart) -> None:
    """The chart at the place the page has come to; the place moves below it."""
    flat = any(one.get("orientation") == "h" for one in chart.data)
    tall = max(40.0, 14 + 4.6 * len(chart.data[0]["y"])) if flat else TALL
    left, top = pdf.l_margin + (52.0 if flat else LEFT), pdf.get_y() + 7
    right, bottom = pdf.l_margin + WIDTH, pdf.get_y() + tall - BELOW + 5
    across = _axis(chart, "x", (left, right), flat=flat)
    up = _axis(chart, "y", (bottom, top), flat=flat)
    with pdf.local_context():
        _frame(pdf, chart, across, up)
        for one in chart.data:
            _series(pdf, one, across, up)
        _names(pdf, chart, left)
    pdf.set_y(bottom + BELOW)


def _axis(chart: Chart, name: str, paper: tuple[float, float], *, flat: bool) -> _Axis:
    values = [value for one in chart.data for value in one[name]]
    words = any(isinstance(value, str) for value in values)
    if words:
        said = tuple(dict.fromkeys(str(value) for value in values))
        return _Axis(-0.6, len(said) - 0.4, *paper, said)
    finite = [float(value) for value in values if math.isfinite(float(value))] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    bars = any(one.get("type") == "bar" for one in chart.data)
    if bars and (name == "x") is flat:
        return _Axis(min(0.0, low), max(0.0, high) or 1.0, *paper)
    spare = 0.03 * ((high - low) or 1.0)
    return _Axis(low - spare, high + spare, *paper)


def _frame(pdf: "FPDF", chart: Chart, across: _Axis, up: _Axis) -> None:
    pdf.set_draw_color(*GRID)
    pdf.set_line_width(0.15)
    pdf.set_font("body", "", LETTERS)
    pdf.set_text_color(*WORDS)
    for down, said in up.ticks():
        pdf.line(across.start, down, across.end, down)
        pdf.text(across.start - 1.5 - pdf.get_string_width(said), down + 0.9, said)
    ticks = across.ticks()
    every = max(1, math.ceil(sum(len(said) for _, said in ticks) / 70))
    for at, said in ticks[::every]:
        pdf.text(at - pdf.get_string_width(said) / 2, up.start + 3.6, said)
    for axis, place in (("xaxis", (across.start, up.start + 8)), ("yaxis", (0.0, up.end - 2))):
        said = unescape(chart.layout.get(axis, {}).get("title", {}).get("text", ""))
        pdf.text(place[0] or pdf.l_margin, place[1], said)


def _series(pdf: "FPDF", one: dict[str, Any], across: _Axis, up: _Axis) -> None:
    style = one.get("marker" if one.get("type") == "bar" or "lines" not in _mode(one) else "line")
    colour = COLOURS.get((style or {}).get("color", "@primary"), COLOURS["@primary"])
    if one.get("type") == "bar":
        _bars(pdf, one, (across, up), colour)
        return
    known = [
        (across.at(x), up.at(y))
        for x, y in zip(one["x"], one["y"], strict=True)
        if isinstance(x, str) or (math.isfinite(x) and math.isfinite(y))
    ]
    if one.get("fill"):
        pdf.set_fill_color(*COLOURS["@soft"])
        pdf.polygon(known, style="F")
        return
    pdf.set_draw_color(*colour)
    pdf.set_fill_color(*colour)
    pdf.set_line_width(0.25 if "dash" in one.get("line", {}) else 0.5)
    if "lines" in _mode(one) and len(known) > 1:
        dashed = "dash" in one.get("line", {})
        pdf.set_dash_pattern(1, 1) if dashed else pdf.set_dash_pattern()
        pdf.polyline(known)
        pdf.set_dash_pattern()
    if "markers" in _mode(one):
        for x, y in known:
            pdf.circle(x, y, 0.55, style="F")


def _mode(one: dict[str, Any]) -> str:
    return str(one.get("mode", "lines"))


def _bars(
    pdf: "FPDF", one: dict[str, Any], axes: tuple[_Axis, _Axis], colour: tuple[int, int, int]
) -> None:
    across, up = axes
    pdf.set_fill_color(*colour)
    pairs = list(zip(one["x"], one["y"], strict=True))
    with pdf.local_context(fill_opacity=one.get("opacity", 1.0)):
        if one.get("orientation") == "h":
            for x, y in pairs:
                _bar(pdf, (across.at(0), up.at(y) - 1.5), (across.at(x), up.at(y) + 1.5))
            return
        half = 0.45 * abs(across.end - across.start) / max(1, len(pairs))
        for x, y in pairs:
            _bar(pdf, (across.at(x) - half, up.at(0)), (across.at(x) + half, up.at(y)))


def _bar(pdf: "FPDF", one: tuple[float, float], other: tuple[float, float]) -> None:
    (a, b), (c, d) = one, other
    pdf.rect(min(a, c), min(b, d), abs(c - a), abs(d - b), style="F")


def _names(pdf: "FPDF", chart: Chart, left: float) -> None:
    """Which line is which, above the chart, to the right."""
    named: Sequence[dict[str, Any]] = [one for one in chart.data if one.get("name")]
    if len(named) < 2:  # noqa: PLR2004
        return
    at = left + 40
    for one in named:
        style = one.get("line") or one.get("marker") or {}
        said = unescape(str(one["name"]))[:LONGEST]
        pdf.set_fill_color(*COLOURS.get(style.get("color", "@primary"), COLOURS["@primary"]))
        pdf.rect(at, pdf.get_y() + 1.4, 3, 1.2, style="F")
        pdf.set_text_color(*WORDS)
        pdf.text(at + 4, pdf.get_y() + 2.9, said)
        at += 8 + pdf.get_string_width(said)


def _round(step: float) -> float:
    """The next larger of 1, 2 and 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next(one * power for one in (1, 2, 5, 10) if one * power >= step * 0.999)
