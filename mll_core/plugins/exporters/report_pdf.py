"""Report as PDF."""

from io import BytesIO
from pathlib import Path
from typing import ClassVar, Literal

from mll_core.domain.exporter import Exhibit, Exporter


class ReportPdf(Exporter):
    """The report on A4 paper, to send, print and file; text in it can be searched and copied.

    Charts are lines, not pictures; the text alternative stands under each, the tables behind them
    at the end. The same exhibit gives the same bytes. Needs fpdf2.
    """

    label: ClassVar[str] = "PDF"
    format: ClassVar[str] = "pdf"
    media: ClassVar[str] = "application/pdf"
    kind: Literal["report_pdf"] = "report_pdf"

    def write(self, exhibit: Exhibit, folder: Path) -> tuple[Path, ...]:
        from mll_core.infra import files, report_page

        path = folder / exhibit.file_name("report.pdf")
        files.copy(BytesIO(report_page.paper(exhibit)), path)
        return (path,)
