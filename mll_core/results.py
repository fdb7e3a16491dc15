"""What was found out about one project, stage by stage, newest first."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mll_core import freshness, sealing
from mll_core.bench import Bench
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import DataVersion, Profile, Split
from mll_core.domain.errors import NoRoom
from mll_core.domain.finding import Finding, worst_first
from mll_core.domain.identity import Permission
from mll_core.domain.report import Report
from mll_core.domain.serving import Monitoring
from mll_core.domain.stage import Stage
from mll_core.domain.training import Training
from mll_core.infra.artefacts import Artefact
from mll_core.infra.guard import Access, needs

FINDINGS = "findings"


class Results:
    """The newest result of every stage; None where there is none yet."""

    def __init__(self, bench: Callable[[], Bench], access: Access) -> None:
        self.access = access
        self._bench = bench

    @needs(Permission.VIEW)
    def data(self) -> DataVersion | None:
        """The newest data version."""
        value = self._value(Stage.COLLECT)
        return DataVersion(**value["data"]) if value else None

    @needs(Permission.VIEW)
    def data_path(self) -> Path:
        """The newest rows that may be looked at, as a Parquet file; no sealed test row is in it.

        Raises NotReady.
        """
        return sealing.look(self._bench()).rows()

    @needs(Permission.VIEW)
    def profile(self) -> Profile | None:
        """The newest rows that may be looked at, in numbers."""
        return sealing.look(self._bench()).profile() if self.data() else None

    @needs(Permission.VIEW)
    def findings(self, progress: Progress = quiet) -> tuple[Finding, ...]:
        """What the checks say of the data, worst first; empty before there is data.

        Raises Stopped when ``progress`` does.
        """
        from mll_core.stages import collect

        data = self.data()
        if data is None:
            return ()
        return worst_first(
            (*collect.source_findings(data.source), *_findings(self._bench(), progress))
        )

    @needs(Permission.VIEW)
    def many(self) -> bool:
        """Whether there are so many rows that one waits for what is found in them."""
        from mll_core.infra.answered import MANY

        data = self.data()
        return data is not None and data.rows >= MANY

    @needs(Permission.VIEW)
    def business(self) -> dict[str, Any] | None:
        """What the brief implies: task, metric, positive class, with reasons and findings."""
        return self._value(Stage.BUSINESS)

    @needs(Permission.VIEW)
    def split(self) -> Split | None:
        """The newest split."""
        value = self._value(Stage.PREPARE)
        return Split(**value) if value else None

    @needs(Permission.VIEW)
    def training(self) -> Training | None:
        """The newest training."""
        value = self._value(Stage.TRAIN)
        return Training(**value) if value else None

    @needs(Permission.VIEW)
    def trainings(self) -> tuple[Training, ...]:
        """Every training there was, newest first."""
        found = self._bench().artefacts.all(Stage.TRAIN)
        return tuple(Training(**artefact.value) for artefact in found)

    @needs(Permission.VIEW)
    def report(self) -> Report | None:
        """The newest evaluation report."""
        value = self._value(Stage.EVALUATE)
        return Report(**value) if value else None

    @needs(Permission.VIEW)
    def monitoring(self) -> Monitoring | None:
        """The newest monitoring pass."""
        value = self._value(Stage.MONITOR)
        return Monitoring(**value) if value else None

    @needs(Permission.VIEW)
    def monitorings(self) -> tuple[Monitoring, ...]:
        """Every monitoring pass, newest first."""
        found = self._bench().artefacts.all(Stage.MONITOR)
        return tuple(Monitoring(**artefact.value) for artefact in found)

    def _value(self, stage: Stage) -> dict[str, Any] | None:
        artefact = self._bench().artefacts.newest(stage)
        return artefact.value if artefact else None


def _findings(bench: Bench, progress: Progress) -> tuple[Finding, ...]:
    """What the checks say of the newest data, worst first; judged once per data and brief."""
    from mll_core.stages import collect

    seen, document = sealing.look(bench), bench.document
    asked = [document.brief.target, document.brief.task, sorted(document.prepare.excluded)]
    inputs = freshness.digest(seen.version.sha256, asked, *filter(None, [seen.numbers]))
    kept = bench.artefacts.same_inputs(FINDINGS, inputs)
    if kept is None:
        excluded = document.prepare.excluded
        found = collect.findings(seen.profile(), seen.rows(), document.brief, excluded, progress)
        kept = Artefact(
            project=bench.slug,
            stage=FINDINGS,
            fingerprint=inputs,
            inputs=inputs,
            document_version=bench.document_version,
            data_version=seen.version.sha256,
            value={"findings": [finding.to_json() for finding in found]},
        )
        with suppress(NoRoom):  # where nothing can be written one may still look
            bench.artefacts.add(kept, "data.checked", found=len(found))
    return worst_first(tuple(Finding(**finding) for finding in kept.value["findings"]))
