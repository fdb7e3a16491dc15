"""The contract of an exporter: a folder that proves itself."""

from abc import ABC, abstractmethod
from pathlib import Path

from mll_core.domain.case_file import Cases
from mll_core.domain.data import DataVersion, Split
from mll_core.domain.document import Document, SignOff, Verdict
from mll_core.domain.plugin import Plugin
from mll_core.domain.report import Report
from mll_core.domain.training import Training
from mll_core.domain.value import Value
from mll_core.domain.worth import Ledger, NullRun


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
    versions: dict[str, str] = {}
    """Libraries by name, as the model was trained with."""
    cases: Cases | None = None
    ledger: Ledger | None = None
    null_run: NullRun | None = None
    verdicts: tuple[Verdict, ...] = ()
    """What people said of suspicious columns by now."""


class Exporter(Plugin, ABC):
    """Writes one kind of hand-over."""

    @abstractmethod
    def write(self, exhibit: Exhibit, folder: Path) -> tuple[Path, ...]:
        """Write into ``folder`` (it exists); the files written, the one to open first."""
