"""Watching the champion: monitoring passes, and retraining with what came in since."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mll_core import freshness, intake
from mll_core.bench import Bench, Publish, ignore
from mll_core.catalog import ALERTS, METRICS
from mll_core.deployment import Deployment
from mll_core.domain.connector import Progress, ReadOptions, quiet
from mll_core.domain.data import Split
from mll_core.domain.errors import NotReady, UnfitRows
from mll_core.domain.identity import Permission
from mll_core.domain.report import Report
from mll_core.domain.serving import Comparison, ModelVersion, Monitoring
from mll_core.domain.stage import Stage
from mll_core.domain.training import Training
from mll_core.history import History
from mll_core.infra import files
from mll_core.infra.artefacts import Artefact
from mll_core.infra.guard import needs
from mll_core.infra.objects import ObjectStore

if TYPE_CHECKING:
    from mll_core.domain.task import Floats
    from mll_core.stages.monitor import Watch

REQUESTS = "requests"
"""In place of a source: what the scoring service has logged."""
COMPARISON = "comparison"

Run = Callable[[Progress, Publish], None]


@dataclass(frozen=True)
class Origin:
    """What a model version came from."""

    version: ModelVersion
    training: Training
    split: Split
    report: Report


class Watching:
    """Judges new rows against the training of the champion."""

    def __init__(
        self, bench: Callable[[], Bench], history: History, deployment: Deployment, run: Run
    ) -> None:
        self.access = history.access
        self._bench = bench
        self._history = history
        self._deployment = deployment
        self._run = run

    @needs(Permission.RUN)
    def monitor(
        self, current: str, labels: str | None = None, progress: Progress = quiet
    ) -> Monitoring:
        """One pass over a source, or over the logged requests when ``current`` is REQUESTS.

        Raises NotReady without a champion, UnreadableSource, UnfitRows; kept as an artefact.
        """
        from mll_core.stages import monitor

        origin, note = self.origin(self._deployment.chosen()), ""
        with self._folder() as folder:
            progress(0.1, "Reading the rows")
            rows = self._rows(current, folder)
            outcomes = self._outcomes(labels, folder) if labels else None
            if outcomes and not self._bench().document.data.keys:
                rows, outcomes = self._by_order(rows, outcomes, folder), None
                note = "Outcomes were matched by the order of rows: no key column is named."
            progress(0.4, "Comparing with the training")
            seen = monitor.watch(self._watch(origin, current, rows, outcomes))
        found = seen.model_copy(update={"labels": labels, "note": note})
        self._keep(Stage.MONITOR, found.to_json(), rows=found.rows, alerts=len(found.alerts))
        bench = self._bench()
        ALERTS["log"].of(path=str(bench.home / "logs" / "alerts.log")).send(bench.slug, found)
        return found

    def _watch(self, origin: Origin, source: str, rows: Path, outcomes: Path | None) -> "Watch":
        from mll_core.stages import monitor

        bench, report = self._bench(), origin.report
        effects = report.explanation.effects if report.explanation else ()
        earlier = bench.artefacts.newest(Stage.MONITOR)
        out_of_fold = origin.training.winner.out_of_fold
        return monitor.Watch(
            fitted=bench.models().load(origin.version.sha256),
            reference=bench.objects.path(origin.split.development.sha256),
            current=rows,
            section=bench.document.monitor,
            brief=bench.document.brief,
            metric=origin.training.metric,
            source=source,
            version=origin.version.number,
            reference_metrics=report.test,
            reference_scores=_scores(bench.objects.path(out_of_fold)) if out_of_fold else None,
            outcomes=outcomes,
            keys=bench.document.data.keys,
            importance={effect.column: effect.importance for effect in effects},
            previous=Monitoring(**earlier.value) if earlier else None,
            seed=bench.document.evaluate.seed,
        )

    @needs(Permission.RUN)
    def retrain(
        self,
        current: str,
        labels: str | None = None,
        progress: Progress = quiet,
        publish: Publish = ignore,
    ) -> dict[str, Any]:
        """Add labelled rows to the data, run to the gate, and compare with the champion.

        The document gets the rows as an addition to its source; what comes out is a candidate.
        Raises UnfitRows when the rows have no outcome, and whatever a stage refuses.
        """
        champion = self.origin(self._deployment.chosen())
        addition = self._labelled(current, labels)
        if addition not in self._bench().document.data.additions:
            self._history.append("data.additions", addition, f"retraining with {current}")
        self._run(progress, publish)
        challenger = self._deployment.candidate()
        if challenger is None:
            raise NotReady("The retraining made no new candidate.", hint="Look at the report.")
        comparison = self.compare(champion, self.origin(challenger))
        return {"version": challenger.number, "comparison": comparison.to_json()}

    @needs(Permission.RUN)
    def compare(self, champion: Origin, challenger: Origin) -> Comparison:
        """Both on the challenger's sealed rows that neither was trained on; kept as an artefact."""
        from mll_core.infra import labelled
        from mll_core.stages import monitor

        bench = self._bench()
        with self._folder() as folder:
            rows = folder / "unseen.parquet"
            seen = bench.objects.path(champion.split.development.sha256)
            labelled.unseen(bench.objects.path(challenger.split.test.sha256), seen, rows)
            found = monitor.compare(
                bench.models().load(champion.version.sha256),
                bench.models().load(challenger.version.sha256),
                rows,
                METRICS[challenger.training.metric].of_brief(bench.document.brief),
                share=bench.document.brief.capacity.share,
                seed=bench.document.evaluate.seed,
            )
        numbers = {"champion": champion.version.number, "challenger": challenger.version.number}
        self._keep(COMPARISON, {"versions": numbers, "comparison": found.to_json()}, **numbers)
        return found

    @needs(Permission.VIEW)
    def comparison(self) -> Comparison | None:
        """The newest comparison of a challenger with the champion of its time."""
        newest = self._bench().artefacts.newest(COMPARISON)
        return Comparison(**newest.value["comparison"]) if newest else None

    @needs(Permission.VIEW)
    def origin(self, version: ModelVersion) -> Origin:
        """What a model version came from. Raises NotReady when that is no longer there."""
        artefacts = self._bench().artefacts
        trained = [a.value for a in artefacts.all(Stage.TRAIN)]
        split = [a.value for a in artefacts.all(Stage.PREPARE)]
        judged = [a.value for a in artefacts.all(Stage.EVALUATE)]
        try:
            return Origin(
                version=version,
                training=Training(**_where(trained, "run_id", version.run_id)),
                split=Split(**next(s for s in split if _sha(s) == version.development)),
                report=Report(**_where(judged, "run_id", version.run_id)),
            )
        except StopIteration:
            hint = "Run the project again and promote the new version."
            what = f"What version {version.number} was made from is not there any more."
            raise NotReady(what, hint=hint) from None

    def _rows(self, current: str, folder: Path) -> Path:
        if current != REQUESTS:
            return self._deployment.read_like_training(current, folder)
        from mll_core.infra import logged_rows
        from mll_core.infra.prediction_log import PredictionLog, folder_of

        rows = folder / "requests.parquet"
        log = PredictionLog(folder_of(self._bench().home, self._deployment.name))
        try:
            if not logged_rows.write(log, self._deployment.model(), rows):
                hint = "Ask the scoring service for predictions first, or judge a file."
                raise NotReady("No request has been logged yet.", hint=hint)
        finally:
            log.close()
        return rows

    def _by_order(self, rows: Path, outcomes: Path, folder: Path) -> Path:
        from mll_core.infra import labelled

        joined = folder / "joined.parquet"
        target = str(self._bench().document.brief.target)
        labelled.join(rows, outcomes, keys=(), target=target, parquet=joined)
        return joined

    def _outcomes(self, labels: str, folder: Path) -> Path:
        objects = ObjectStore(folder)
        read = intake.read(self._bench().reach, labels, ReadOptions(), objects)
        return objects.path(read.sha256)

    def _labelled(self, current: str, labels: str | None) -> str:
        """The rows with their outcomes as a file of the workspace's own; its path."""
        from mll_core.infra import labelled, warehouse

        bench = self._bench()
        target = str(bench.document.brief.target)
        additions = ObjectStore(bench.home / "additions")
        with self._folder() as folder:
            rows = self._rows(current, folder)
            if labels is not None:
                joined, outcomes = additions.new(), self._outcomes(labels, folder)
                keys = bench.document.data.keys
                labelled.join(rows, outcomes, keys=keys, target=target, parquet=joined)
            elif target in warehouse.columns(rows):
                joined = additions.new()
                told = f"{warehouse.identifier(target)} IS NOT NULL"
                raw = ", ".join(map(warehouse.identifier, self._raw_columns(rows)))
                warehouse.write(f"SELECT {raw} FROM rows WHERE {told}", rows, joined)
            else:
                hint = "Give a file of outcomes by key as well."
                raise UnfitRows(f"The rows have no column {target!r} to learn from.", hint=hint)
            return str(additions.path(additions.keep(joined)))

    def _raw_columns(self, rows: Path) -> list[str]:
        from mll_core.infra import warehouse

        version, _ = self._bench().data()
        return [name for name in warehouse.columns(rows) if name in version.names]

    def _folder(self) -> AbstractContextManager[Path]:
        return files.temporary_folder(self._bench().home)

    def _keep(self, stage: str, value: dict[str, Any], **detail: Any) -> None:
        bench = self._bench()
        asked = bench.document, bench.found()
        monitoring = stage == Stage.MONITOR
        bench.artefacts.add(
            Artefact(
                project=bench.slug,
                stage=stage,
                fingerprint=freshness.fingerprint(asked[0], Stage.MONITOR) if monitoring else "",
                inputs=freshness.inputs(Stage.MONITOR, *asked) if monitoring else "",
                document_version=bench.document_version,
                value=value,
            ),
            f"{stage}.done",
            **detail,
        )


def _where(values: list[dict[str, Any]], key: str, wanted: str) -> dict[str, Any]:
    return next(value for value in values if value[key] == wanted)


def _sha(split: dict[str, Any]) -> str:
    return str(split["development"]["sha256"])


def _scores(out_of_fold: Path) -> "Floats":
    """Out-of-fold scores, (n, k) or (n,)."""
    import numpy as np

    from mll_core.infra import warehouse

    names = [name for name in warehouse.columns(out_of_fold) if name.startswith("score")]
    columns = ", ".join(map(warehouse.identifier, names))
    table = warehouse.arrow(f"SELECT {columns} FROM rows", out_of_fold)
    scores = np.column_stack([table.column(name).to_numpy() for name in names])
    return scores[:, 0] if scores.shape[1] == 1 else scores
