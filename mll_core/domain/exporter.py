"""The contract of an exporter: a folder that proves itself."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from mll_core.domain.case_file import Cases
from mll_core.domain.data import DataVersion, Split
from mll_core.domain.document import Document, SignOff, Verdict
from mll_core.domain.openings import Openings
from mll_core.domain.plugin import Plugin
from mll_core.domain.report import Report, Standing
from mll_core.domain.training import Interval, Training
from mll_core.domain.value import Value
from mll_core.domain.worth import Ledger, NullRun


class Rival(Value):
    """Another judged candidate, held against the one of the report.

    ``differences``: this candidate minus the other on the same test rows, better is positive;
    empty when they cannot be compared row by row, and ``sentence`` says why.
    """

    report: Report
    differences: dict[str, Interval] = {}
    sentence: str


class Exhibit(Value):
    """What an exporter may show."""

    slug: str
    document: Document
    document_version: int
    training: Training
    report: Report
    data: DataVersion | None = None
    split: Split | None = None
    approvals: tuple[SignOff, ...] = ()
    openings: Openings | None = None
    """Who opened the test, when and why."""
    standing: Standing = Standing()
    """What changed since the report was made."""
    rival: Rival | None = None
    """Another candidate to stand beside it."""
    versions: dict[str, str] = {}
    """Libraries by name, as the model was trained with."""
    cases: Cases | None = None
    ledger: Ledger | None = None
    null_run: NullRun | None = None
    verdicts: tuple[Verdict, ...] = ()
    """What people said of suspicious columns by now."""

    def file_name(self, ending: str) -> str:
        """What a file about it is called."""
        return f"{self.slug or 'project'}-{ending}"


class Exporter(Plugin, ABC):
    """Writes one kind of hand-over."""

    format: ClassVar[str] = ""
    """How ``mll report --format`` calls it; empty for what is no report."""
    media: ClassVar[str] = "application/octet-stream"
    """The media type of the file."""

    @abstractmethod
    def write(self, exhibit: Exhibit, folder: Path) -> tuple[Path, ...]:
        """Write into ``folder`` (it exists); the files written, the one to open first."""
