"""The blocks of a report on A4 paper (fpdf2): text one can search, charts as lines, no picture."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mll_core.domain.errors import NotReady
from mll_core.infra.report_page.blocks import Block, Chart, Facts, Items, Run, Runs, Table, Text
from mll_core.infra.report_page.blocks import plain as letters
from mll_core.infra.report_page.letters import Letters
from mll_core.infra.report_page.pdf_chart import draw

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN, FOOT = 18.0, 16.0
INK, QUIET, LINE = (29, 41, 57), (93, 107, 130), (214, 219, 227)
LIGHTS = {"ok": (23, 105, 58), "check": (138, 75, 0), "problem": (180, 35, 24)}
SIGNS = {"ok": "●", "check": "◆", "problem": "■"}
SIZES = {"h1": 20.0, "h2": 14.0, "h3": 11.0, "h4": 10.0, "question": 12.0, "quiet": 8.5}
TEXT, SMALL, HEIGHT = 9.5, 8.0, 0.5
"""Sizes in points; a line is HEIGHT millimetres high per point."""
HINT = "Install it: pip install 'mll-workbench[pdf]'. Or print the HTML report."


def written(blocks: Iterable[Block], title: str, created: str) -> bytes:
    """The whole file; the same blocks give the same bytes. Raises NotReady without fpdf2."""
    try:
        from fpdf import FPDF
    except ImportError as error:
        raise NotReady("Reports as PDF need fpdf2, which is not here.", hint=HINT) from error
    paper = _Paper(FPDF(format="A4"), title, created)
    behind: list[Chart] = []
    for block in paper.letters.blocks(blocks):
        paper.put(block)
        behind += [block] if isinstance(block, Chart) else []
    paper.tables(behind)
    return bytes(paper.pdf.output())


class _Paper:
    """Puts blocks onto pages, one under the other."""

    def __init__(self, pdf: "FPDF", title: str, created: str) -> None:
        self.pdf = pdf
        pdf.set_title(title)
        pdf.set_creator("MLL Workbench")
        pdf.set_lang("en")
        pdf.creation_date = datetime.fromisoformat(created or "2000-01-01T00:00:00+00:00")
        for family, style, name in FONTS:
            pdf.add_font(family, style, _folder() / name)
        text, bold, code = (_known(pdf, name) for name in ("body", "bodyB", "mono"))
        self.letters = Letters(text & bold, code)
        _numbered(pdf, self.letters.put(title))
        pdf.set_margins(MARGIN, MARGIN, MARGIN)
        pdf.set_auto_page_break(auto=True, margin=FOOT)
        pdf.add_page()
        pdf.set_draw_color(*LINE)
        self._font(Run(""), TEXT)

    def put(self, block: Block) -> None:
        """One block at the end of what there is."""
        kinds: dict[type[Any], Callable[[Any], None]] = {
            Text: self._text,
            Items: self._items,
            Table: self._table,
            Facts: self._facts,
            Chart: self._chart,
        }
        kinds[type(block)](block)

    def tables(self, charts: list[Chart]) -> None:
        """What stands behind each chart, at the end."""
        if not charts:
            return
        self.put(Text((Run("Tables behind the charts"),), "h2"))
        for chart in charts:
            self._room(40)  # a heading with its first rows
            self.put(Text((Run(chart.title),), "h3"))
            self._table(chart.table, SMALL - 1)

    def _text(self, block: Text) -> None:
        size, style = SIZES.get(block.style, TEXT), block.style
        if style in ("h1", "h2", "h3", "h4"):
            self._heading(block, size)
            return
        if style in SIGNS:
            self._verdict(block)
            return
        if style == "kicker":
            size = SMALL
        self._write(block.runs, size, QUIET if style in ("quiet", "kicker") else INK)
        self._down(1.5)

    def _heading(self, block: Text, size: float) -> None:
        level = int(block.style[1])
        self._room(30 if level < 3 else 20)  # noqa: PLR2004
        self._down({1: 0, 2: 6, 3: 3}.get(level, 2))
        if level < 4:  # noqa: PLR2004
            self.pdf.start_section(letters(block.runs), max(0, level - 2))
        bold = (Run(run.text, bold=True, struck=run.struck) for run in block.runs)
        self._write(tuple(bold), size, INK)
        self._down(1.5)

    def _verdict(self, block: Text) -> None:
        colour, pdf = LIGHTS[block.style], self.pdf
        self._room(24)
        self._down(2)
        page, top = pdf.page, pdf.get_y()
        pdf.set_left_margin(MARGIN + 4)
        pdf.set_x(MARGIN + 4)
        self._write((Run(f"{SIGNS[block.style]} "), *block.runs), 11, colour)
        pdf.set_left_margin(MARGIN)
        if pdf.page == page:
            with pdf.local_context(fill_color=colour):
                pdf.rect(MARGIN, top, 1.2, pdf.get_y() - top, style="F")
        self._down(3)

    def _items(self, block: Items) -> None:
        for number, runs in enumerate(block.entries, 1):
            self._room(8)
            sign = f"{number}." if block.ordered else "•"
            self._font(Run(""), TEXT)
            self.pdf.cell(6, HEIGHT * TEXT, sign)
            self._inside(runs, 6, TEXT)
            self._down(0.8)
        self._down(1)

    def _facts(self, block: Facts) -> None:
        for name, told in block.pairs:
            self._room(8)
            top, page = self.pdf.get_y(), self.pdf.page
            self.pdf.set_right_margin(self.pdf.w - MARGIN - 44)
            self._write(name, SMALL + 0.5, QUIET)
            self.pdf.set_right_margin(MARGIN)
            below = self.pdf.get_y()
            if self.pdf.page == page:
                self.pdf.set_y(top)
            self.pdf.set_x(MARGIN + 46)
            self._inside(told, 46, SMALL + 0.5)
            self.pdf.set_y(max(self.pdf.get_y(), below if self.pdf.page == page else 0) + 0.6)

    def _chart(self, block: Chart) -> None:
        self._room(84)
        self._write((Run(block.title, bold=True),), TEXT, INK)
        draw(self.pdf, block)
        told = f"{block.note} {block.alt}".strip()
        self._write((Run(told),), SMALL, QUIET)
        self._down(4)

    def _table(self, block: Table, size: float = SMALL) -> None:
        from fpdf.fonts import FontFace

        if not block.rows:
            return
        self._room(16)
        if block.caption:
            self._write((Run(block.caption),), SMALL, QUIET)
        self._font(Run(""), size)
        right = (*block.right, *[False] * len(block.head))[: len(block.head)]
        with self.pdf.table(
            borders_layout="HORIZONTAL_LINES",
            col_widths=_widths(block),
            headings_style=FontFace(emphasis="B", color=QUIET),
            line_height=size * HEIGHT * 0.95,
            text_align=tuple("RIGHT" if one else "LEFT" for one in right),
            padding=(0.7, 1.2),
        ) as table:
            head = table.row()
            for runs in block.head:
                head.cell(letters(runs))
            for row in block.rows:
                line = table.row()
                for runs in row:
                    line.cell(_signed(runs), style=_face(runs, FontFace))
        self._down(3)

    def _inside(self, runs: Runs, indent: float, size: float) -> None:
        self.pdf.set_left_margin(MARGIN + indent)
        self._write(runs, size, INK)
        self.pdf.set_left_margin(MARGIN)
        self.pdf.set_x(MARGIN)

    def _write(self, runs: Runs, size: float, colour: tuple[int, int, int]) -> None:
        """Runs one after another, wrapped between the margins; the next line is free after it."""
        for run in runs:
            here = SMALL if run.quiet and size > SMALL else size
            self._font(run, here, LIGHTS.get(run.light, QUIET if run.quiet else colour))
            sign = f"{SIGNS[run.light]} " if run.light in SIGNS else ""
            self.pdf.write(HEIGHT * here, sign + run.text)
        self.pdf.ln(HEIGHT * size)

    def _font(self, run: Run, size: float, colour: tuple[int, int, int] = INK) -> None:
        style = ("B" if run.bold else "") + ("S" if run.struck else "")
        self.pdf.set_font("mono" if run.code else "body", "" if run.code else style, size)
        self.pdf.set_text_color(*colour)

    def _room(self, millimetres: float) -> None:
        if self.pdf.will_page_break(millimetres):
            self.pdf.add_page()

    def _down(self, millimetres: float) -> None:
        self.pdf.set_y(self.pdf.get_y() + millimetres)


FONTS = (
    ("body", "", "DejaVuSans.ttf"),
    ("body", "B", "DejaVuSans-Bold.ttf"),
    ("mono", "", "DejaVuSansMono.ttf"),
)


def _known(pdf: "FPDF", font: str) -> set[int]:
    """The letters of a font, by their numbers in Unicode."""
    return {*getattr(pdf.fonts[font], "cmap", ())}


def _folder() -> Path:
    """Where matplotlib, which MLflow brings, keeps DejaVu."""
    from importlib.util import find_spec

    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise NotReady("The letters for a PDF are not here.", hint=HINT)
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def _numbered(pdf: "FPDF", title: str) -> None:
    """A line under each page: the title and its number."""

    def footer() -> None:
        pdf.set_y(-12)
        pdf.set_font("body", "", 7)
        pdf.set_text_color(*QUIET)
        pdf.cell(0, 4, title[:90])
        pdf.set_x(MARGIN)
        pdf.cell(0, 4, str(pdf.page_no()), align="R")

    pdf.footer = footer  # type: ignore[method-assign]


def _widths(table: Table) -> tuple[float, ...]:
    """A column is as wide as its longest word asks, and wider when it says much."""
    found = []
    for place, runs in enumerate(table.head):
        cells = [letters(runs), *(letters(row[place]) for row in table.rows)]
        words = max((len(word) for cell in cells for word in cell.split()), default=1)
        longest = max(len(line) for cell in cells for line in (cell.split("\n") or [""]))
        found.append(max(4.0, min(words, 24), min(longest, 48) ** 0.92))
    return tuple(found)


def _signed(runs: Runs) -> str:
    return "".join(
        f"{SIGNS[run.light]} {run.text}" if run.light in SIGNS else run.text for run in runs
    )


def _face(runs: Runs, face: Callable[..., Any]) -> Any:
    """How a cell looks: coloured as its first run, bold when all of it is."""
    bold = all(run.bold for run in runs) and bool(runs)
    colour = LIGHTS.get(runs[0].light if runs else "", INK)
    return face(color=colour, emphasis="B" if bold else None)
