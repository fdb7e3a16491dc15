"""What the page says as plain blocks, so that paper and text say the same as the screen."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from mll_core.infra.html import VOID, Markup


@dataclass(frozen=True)
class Run:
    """Letters that look alike; ``light`` is the kind of a traffic light, "\\n" breaks the line."""

    text: str
    bold: bool = False
    struck: bool = False
    quiet: bool = False
    code: bool = False
    light: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Text:
    """A paragraph; ``style`` is h1, h2, h3, h4, p, kicker, question, quiet, or a verdict's kind."""

    runs: Runs
    style: str = "p"


@dataclass(frozen=True)
class Items:
    """A list."""

    entries: tuple[Runs, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """A table; columns of numbers stand to the ``right``."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    caption: str = ""
    right: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Names and what is said of each."""

    pairs: tuple[tuple[Runs, Runs], ...]


@dataclass(frozen=True)
class Chart:
    """A figure: what plotly draws it from, the text that stands for it, the table behind it."""

    title: str
    alt: str
    data: tuple[dict[str, Any], ...]
    layout: dict[str, Any]
    table: Table
    note: str = ""


Block = Text | Items | Table | Facts | Chart


def read(markup: Markup) -> tuple[Block, ...]:
    """The blocks of a part of the page, in its order."""
    reader = _Reader()
    reader.feed(markup)
    return tuple(_blocks(reader.root))


def plain(runs: Iterable[Run]) -> str:
    """Only the letters."""
    return "".join(run.text for run in runs)


@dataclass
class _Node:
    tag: str
    attributes: dict[str, str]
    children: list["_Node | str"] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, *tags: str) -> Iterator["_Node"]:
        """Nodes of these tags under this one, not those inside one another."""
        for child in self.children:
            if isinstance(child, _Node):
                if child.tag in tags:
                    yield child
                else:
                    yield from child.all(*tags)

    def first(self, tag: str) -> "_Node":
        return next(self.all(tag), _Node(tag, {}))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _blocks(node: _Node) -> Iterator[Block]:
    loose: list[Run] = []
    for child in node.children:
        if isinstance(child, str) or child.tag in INLINE:
            loose += [Run(child)] if isinstance(child, str) else _runs(child)
            continue
        if loose:
            yield Text(tuple(loose))
            loose = []
        yield from _block(child)
    if loose:
        yield Text(tuple(loose))


INLINE = frozenset({"span", "strong", "em", "s", "code", "small", "data", "a"})
HEADINGS = frozenset({"h1", "h2", "h3", "p"})
STYLES = frozenset({"kicker", "question", "quiet"})


def _block(node: _Node) -> Iterator[Block]:
    match node.tag:
        case "h1" | "h2" | "h3" | "p":
            style = next((kind for kind in node.kinds if kind in STYLES), node.tag)
            yield Text(_runs(node), style)
        case "ul" | "ol":
            entries = tuple(_runs(item) for item in node.all("li"))
            yield Items(entries, node.tag == "ol")
        case "table":
            yield _table(node)
        case "dl":
            names, told = list(node.all("dt")), list(node.all("dd"))
            pairs = ((_runs(n), _runs(t)) for n, t in zip(names, told, strict=True))
            yield Facts(tuple(pairs))
        case "figure":
            yield _chart(node)
        case "summary":
            yield Text(_runs(node), "h4")
        case "nav" | "script":
            return
        case "div" if "verdict" in node.kinds:
            yield Text(_runs(node), node.kinds[-1])
        case "div" if "stamp" in node.kinds:
            spans = [_runs(span) for span in node.all("span")]
            yield Text(_joined(spans, " · "), "quiet")
        case _:
            yield from _blocks(node)


def _table(node: _Node) -> Table:
    lines = [list(row.all("td")) for row in node.first("tbody").all("tr")]
    head = list(node.first("thead").all("th"))
    return Table(
        head=tuple(_runs(cell) for cell in head),
        rows=tuple(tuple(_runs(cell) for cell in line) for line in lines),
        caption=plain(_runs(node.first("caption"))),
        right=tuple("number" in cell.kinds for cell in head),
    )


def _chart(node: _Node) -> Chart:
    drawn = json.loads(plain(_runs(node.first("script"))))
    caption = node.first("figcaption")
    canvas = next(part for part in node.all("div") if "chart" in part.kinds)
    return Chart(
        title=plain(_runs(caption.first("strong"))),
        alt=canvas.attributes["aria-label"],
        data=tuple(drawn["data"]),
        layout=drawn["layout"],
        table=_table(node.first("details").first("table")),
        note=plain(_runs(caption.first("p"))),
    )


BROKEN = frozenset({"small", "div", "li", "p"})
"""What begins a new line inside a paragraph or a cell."""


def _runs(node: _Node) -> Runs:
    """The text under a node, with what its tags say of its look."""
    found: list[Run] = []
    for child in node.children:
        if isinstance(child, str):
            found.append(Run(child))
            continue
        inner = [_marked(run, child) for run in _runs(child)]
        if child.tag in BROKEN and found and inner:
            found.append(Run("\n"))
        found += inner
    return tuple(found)


LOOKS: dict[str, dict[str, Any]] = {
    "strong": {"bold": True},
    "s": {"struck": True},
    "code": {"code": True},
    "small": {"quiet": True},
}


def _marked(run: Run, node: _Node) -> Run:
    look = dict(LOOKS.get(node.tag, {}))
    if "light" in node.kinds:
        look["light"] = node.kinds[-1]
    if "quiet" in node.kinds:
        look["quiet"] = True
    return replace(run, **look)


def _joined(parts: Iterable[Runs], between: str) -> Runs:
    found: list[Run] = []
    for part in parts:
        found += [Run(between), *part] if found else part
    return tuple(found)
