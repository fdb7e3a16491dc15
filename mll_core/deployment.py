"""From a candidate to an answer: approve, promote, roll back, score."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mll_core import freshness, intake
from mll_core.bench import Bench
from mll_core.domain.connector import ReadOptions
from mll_core.domain.document import SignOff
from mll_core.domain.errors import InvalidParameter, NotFound, NotReady
from mll_core.domain.identity import Permission
from mll_core.domain.serving import ModelVersion, Prediction
from mll_core.domain.stage import Stage
from mll_core.infra import files
from mll_core.infra.artefacts import Artefact
from mll_core.infra.database import now
from mll_core.infra.guard import Access, needs
from mll_core.infra.objects import ObjectStore

if TYPE_CHECKING:
    from mll_core.infra.fitted_model import FittedModel
    from mll_core.infra.scorer import Scorer


class Deployment:
    """The model versions of one project and the one that answers."""

    def __init__(self, bench: Callable[[], Bench], access: Access) -> None:
        self.access = access
        self._bench = bench
        self._scorer: tuple[str, Scorer] | None = None

    @property
    @needs(Permission.VIEW)
    def name(self) -> str:
        """Its name in the address of the scoring service."""
        bench = self._bench()
        return bench.document.deploy.name or bench.slug

    @needs(Permission.VIEW)
    def versions(self) -> tuple[ModelVersion, ...]:
        """All model versions, newest first."""
        return self._bench().registry.versions()

    @needs(Permission.VIEW)
    def candidate(self) -> ModelVersion | None:
        """The newest model version, unless it already answers."""
        return self._bench().registry.candidate()

    @needs(Permission.VIEW)
    def champion(self) -> ModelVersion | None:
        """The model version that answers, or None."""
        return self._bench().registry.champion()

    @needs(Permission.APPROVE)
    def approve(self, by: str, role: str, note: str = "") -> ModelVersion:
        """Sign off the candidate. Raises NotReady without one, or without a note when the gate
        is not met: who overrules the criteria says why.
        """
        candidate = self.candidate()
        if candidate is None:
            hint = "Run the project to its gate first: a new evaluation makes a candidate."
            raise NotReady("There is no candidate to approve.", hint=hint)
        if not by.strip() or not role.strip():
            raise NotReady("An approval needs a name and a role.", hint="Say who approves.")
        if not candidate.gate_passed and not note.strip():
            hint = "Say in a note why the model may be used all the same."
            raise NotReady(f"Version {candidate.number} does not meet its gate.", hint=hint)
        sign_off = SignOff(by=by, role=role, at=now(), note=note)
        return self._bench().registry.approve(candidate.number, sign_off)

    @needs(Permission.APPROVE)
    def promote(self, version: int | None = None) -> ModelVersion:
        """Let a version answer, else the candidate. Raises NotReady, NotFound, Untrusted."""
        from mll_core import trial

        bench = self._bench()
        chosen = version if version is not None else self._candidate_number()
        found = bench.registry.version(chosen)
        trial.genuine(bench.models(), bench.slug, found)
        trial.first_use(bench.models(), found.sha256)
        needs = bench.document.deploy.needs_approval
        return self._record(bench.registry.promote(chosen, needs_approval=needs))

    @property
    @needs(Permission.VIEW)
    def can_roll_back(self) -> bool:
        """Whether there was a champion before this one."""
        return self._bench().registry.can_roll_back

    @needs(Permission.APPROVE)
    def rollback(self) -> ModelVersion:
        """Let the champion before this one answer again. Raises NotReady."""
        return self._record(self._bench().registry.rollback())

    @needs(Permission.VIEW)
    def model(self, version: int | None = None) -> "FittedModel":
        """The loaded model of a version, else of the champion. Raises NotReady, Untrusted."""
        return self._bench().models().load(self._safe(self.chosen(version)))

    @needs(Permission.VIEW)
    def chosen(self, version: int | None = None) -> ModelVersion:
        """A version by number, else the champion. Raises NotFound, NotReady."""
        bench = self._bench()
        if version is not None:
            return bench.registry.version(version)
        champion = bench.registry.champion()
        if champion is None:
            hint = "Approve and promote one: on the Deploy page, or mll approve and mll promote."
            raise NotReady("No model has been promoted yet.", hint=hint)
        return champion

    @needs(Permission.RUN)
    def scorer(self) -> "Scorer":
        """What answers raw records with the champion. Raises NotReady."""
        from mll_core.infra import scorer_loader

        bench, chosen = self._bench(), self.chosen()
        if self._scorer is None or self._scorer[0] != chosen.sha256:
            sha256 = self._safe(chosen)
            loaded = scorer_loader.load(bench.models(), bench.objects, sha256)
            self._scorer = (sha256, loaded)
        return self._scorer[1]

    @needs(Permission.RUN)
    def predict(
        self, records: Sequence[Mapping[str, Any]], *, explain: bool = False
    ) -> list[Prediction]:
        """Answers for raw records. Raises UnfitRows with every fault, NotReady."""
        return self.scorer().predict(records, explain=explain)

    @needs(Permission.RUN)
    def score(
        self,
        source: str,
        out: str | Path,
        *,
        version: int | None = None,
        proba: bool = False,
        raw_text: bool = False,
    ) -> int:
        """Score every row of a source into a CSV or Parquet file; how many rows.

        In a CSV, text that a spreadsheet would run is marked, unless ``raw_text``.

        Raises UnreadableSource, UnfitRows, NotReady, Forbidden; ``out`` is written whole or not.
        """
        from mll_core.infra import warehouse
        from mll_core.stages import deploy

        document = self._bench().document
        self._bench().reach.output(out)
        if Path(out).resolve() == Path(source).resolve():
            hint = "Name another file with -o."
            raise InvalidParameter(f"{out} would be overwritten by its own answers.", hint=hint)
        model = self.model(version)
        with files.temporary_folder(self._bench().home, Path(out).absolute().parent) as folder:
            rows = self.read_like_training(source, folder)
            keys = [key for key in document.data.keys if key in warehouse.columns(rows)]
            return deploy.score_file(
                model, rows, Path(out), keys=keys, proba=proba, raw_text=raw_text
            )

    @needs(Permission.RUN)
    def read_like_training(self, source: str, folder: Path) -> Path:
        """A source as Parquet in ``folder``, its columns read with the types of the training."""
        bench = self._bench()
        version, _ = bench.data()
        types = {column.name: column.type for column in version.columns}
        options = bench.document.data.options.model_copy(update={"types": types})
        objects = ObjectStore(folder)
        read = intake.read(bench.reach, source, ReadOptions(**options.to_json()), objects)
        return objects.path(read.sha256)

    def _safe(self, version: ModelVersion) -> str:
        """The sha256 of a version that may be loaded here. Raises Untrusted, NotFound."""
        from mll_core import trial

        bench = self._bench()
        trial.before_use(bench.models(), bench.slug, version)
        return version.sha256

    def _candidate_number(self) -> int:
        candidate = self.candidate()
        if candidate is None:
            hint = "Run the project to its gate first, or name a version with --version."
            raise NotFound("There is no candidate to promote.", hint=hint)
        return candidate.number

    def _record(self, version: ModelVersion) -> ModelVersion:
        bench = self._bench()
        stage, found = Stage.DEPLOY, bench.found()
        bench.artefacts.add(
            Artefact(
                project=bench.slug,
                stage=stage,
                fingerprint=freshness.fingerprint(bench.document, stage),
                inputs=freshness.inputs(stage, bench.document, found),
                document_version=bench.document_version,
                data_version=version.data_version,
                value=version.to_json(),
            ),
            "deploy.done",
            version=version.number,
        )
        return version
