"""The frame of the report: head, look, contents, script; and how a figure is put on it."""

import json
from dataclasses import dataclass
from pathlib import Path

from mll_core.domain.exporter import Exhibit
from mll_core.domain.finding import Severity
from mll_core.domain.metric import shown_with_interval
from mll_core.domain.report import MetricCard
from mll_core.domain.training import Interval
from mll_core.infra.figures import Figure
from mll_core.infra.html import Markup, details, join, table, tag

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:"
)
"""Nothing is loaded from anywhere: the browser itself refuses it."""
LIGHTS = {
    "met": "ok",
    "not met": "problem",
    "not sure": "check",
    Severity.OK: "ok",
    Severity.CHECK: "check",
    Severity.PROBLEM: "problem",
}


@dataclass(frozen=True)
class Section:
    """A part of the report with its heading and its place in the contents."""

    anchor: str
    title: str
    body: Markup


Page = tuple[Section, ...]


def title_of(exhibit: Exhibit) -> str:
    """What the file is called inside."""
    return f"{exhibit.document.name}: evaluation report"


def page(exhibit: Exhibit, sections: Page) -> str:
    """The finished file: the first section is the story, the others follow the contents."""
    title = title_of(exhibit)
    head = join(
        [
            tag("meta", charset="utf-8"),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("title", title),
            Markup(f"<style>{_beside('report.css')}</style>"),
        ]
    )
    links = (tag("a", section.title, href=f"#{section.anchor}") for section in sections[1:])
    rest = (
        tag("section", tag("h2", section.title), section.body, id=section.anchor)
        for section in sections[1:]
    )
    main = tag("main", sections[0].body, tag("nav", *links, aria_label="Contents"), join(rest))
    known = {"report": exhibit.report.to_json(), "training": exhibit.training.to_json()}
    scripts = join(
        [
            _data("report", json.dumps(known, ensure_ascii=True)),
            Markup(f"<script>{_plotly()}</script>"),
            Markup(f"<script>{_beside('report.js')}</script>"),
        ]
    )
    whole = tag("html", tag("head", head), tag("body", main, scripts), lang="en")
    return f"<!doctype html>\n{whole}\n"


def _beside(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def draw(figure: Figure, place: str) -> Markup:
    """A figure with its alternative text and the table behind it; ``place`` is its id."""
    data = json.dumps(
        {"data": figure.data, "layout": figure.layout}, sort_keys=True, ensure_ascii=True
    )
    canvas = tag(
        "div",
        class_="chart",
        id=place,
        role="img",
        aria_label=figure.alt,
        style=f"height:{figure.height}px",
    )
    rows = ([_figure_cell(cell) for cell in row] for row in figure.rows)
    note = tag("p", figure.note, class_="quiet") if figure.note else None
    caption = tag("figcaption", tag("strong", figure.title), note)
    behind = details("Table behind this chart", table(figure.head, rows))
    return tag("figure", caption, canvas, _data(f"{place}-data", data), behind)


def light(word: str, kind: str | None = None) -> Markup:
    """A traffic light: a colour and always the word."""
    return tag("span", word, class_=f"light {kind or LIGHTS.get(word, 'check')}")


def dated(at: str) -> str:
    """A time in UTC as a person reads it."""
    return at[:16].replace("T", " ") + " UTC" if at else "at an unknown time"


def span(interval: Interval, card: MetricCard | None, currency: str) -> str:
    """A value and its interval as a person reads them."""
    unit = card.unit if card else ""
    return shown_with_interval(interval.value, interval.low, interval.high, unit, currency)


def _figure_cell(cell: object) -> str:
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def _data(place: str, text: str) -> Markup:
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(f'<script type="application/json" id="{place}">{safe}</script>')


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("</script", "<\\/script")
