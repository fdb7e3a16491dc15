"""Report."""

from pathlib import Path
from typing import ClassVar, Literal

from mll_core.domain.exporter import Exhibit, Exporter


class Report(Exporter):
    """One HTML file with the story, the evidence and the record of one candidate.

    It opens without a network, prints well, follows the reader's light or dark theme, and holds
    its own numbers as JSON. The same exhibit gives the same bytes.
    """

    label: ClassVar[str] = "Web page"
    format: ClassVar[str] = "html"
    media: ClassVar[str] = "text/html"
    kind: Literal["report"] = "report"

    def write(self, exhibit: Exhibit, folder: Path) -> tuple[Path, ...]:
        from mll_core.infra import files, report_page

        path = folder / exhibit.file_name("report.html")
        files.write_text(path, report_page.render(exhibit))
        return (path,)
