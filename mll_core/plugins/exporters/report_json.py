"""Report as JSON."""

import json
from pathlib import Path
from typing import ClassVar, Literal

from mll_core.domain.exporter import Exhibit, Exporter


class ReportJson(Exporter):
    """All that the report stands on, for programs; every other form can be made from it again.

    What is not finite is NaN or Infinity, as Python writes it.
    """

    label: ClassVar[str] = "JSON"
    format: ClassVar[str] = "json"
    media: ClassVar[str] = "application/json"
    kind: Literal["report_json"] = "report_json"

    def write(self, exhibit: Exhibit, folder: Path) -> tuple[Path, ...]:
        from mll_core.infra import files

        path = folder / exhibit.file_name("report.json")
        text = json.dumps(exhibit.to_json(), ensure_ascii=False, indent=1)
        files.write_text(path, f"{text}\n")
        return (path,)
