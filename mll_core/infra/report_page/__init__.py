"""One candidate's report as one HTML file without a network: the story, the proof, the record."""

from mll_core.domain.exporter import Exhibit
from mll_core.infra.report_page import evidence, record, story, worth
from mll_core.infra.report_page.shell import Page, page


def render(exhibit: Exhibit) -> str:
    """The whole file; the same exhibit gives the same bytes."""
    sections: Page = (*story.sections(exhibit), *evidence.sections(exhibit))
    return page(exhibit, (*sections, *worth.sections(exhibit), *record.sections(exhibit)))
