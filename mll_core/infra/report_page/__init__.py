"""One candidate's report: the story, the proof, the record; as page, on paper and as text."""

from mll_core.domain.exporter import Exhibit
from mll_core.infra.report_page import (
    blocks,
    discovered,
    evidence,
    markdown,
    pdf,
    record,
    side_by_side,
    story,
    worth,
)
from mll_core.infra.report_page.shell import Page, page, title_of


def render(exhibit: Exhibit) -> str:
    """The whole HTML file; the same exhibit gives the same bytes."""
    return page(exhibit, _sections(exhibit))


def text(exhibit: Exhibit) -> str:
    """The same as Markdown, charts as words and tables."""
    return markdown.written(_blocks(exhibit))


def paper(exhibit: Exhibit) -> bytes:
    """The same as PDF. Raises NotReady without fpdf2."""
    return pdf.written(_blocks(exhibit), title_of(exhibit), exhibit.report.created)


def _sections(exhibit: Exhibit) -> Page:
    told: Page = (*story.sections(exhibit), *side_by_side.sections(exhibit))
    proof = (*discovered.sections(exhibit), *evidence.sections(exhibit), *worth.sections(exhibit))
    return (*told, *proof, *record.sections(exhibit))


def _blocks(exhibit: Exhibit) -> tuple[blocks.Block, ...]:
    found: list[blocks.Block] = []
    for section in _sections(exhibit):
        if section.title:
            found.append(blocks.Text((blocks.Run(section.title),), "h2"))
        found += blocks.read(section.body)
    return tuple(found)
