"""Report as Markdown."""

from pathlib import Path
from typing import ClassVar, Literal

from mll_core.domain.exporter import Exhibit, Exporter


class ReportMarkdown(Exporter):
    """The report as text for a repository or a wiki: a model card.

    Charts are told in words, with the table behind each. The same exhibit gives the same bytes.
    """

    label: ClassVar[str] = "Markdown"
    format: ClassVar[str] = "md"
    media: ClassVar[str] = "text/markdown"
    kind: Literal["report_markdown"] = "report_markdown"

    def write(self, exhibit: Exhibit, folder: Path) -> tuple[Path, ...]:
        from mll_core.infra import files, report_page

        path = folder / exhibit.file_name("report.md")
        files.write_text(path, report_page.text(exhibit))
        return (path,)
