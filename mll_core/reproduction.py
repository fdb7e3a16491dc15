"""Run a run again, from the document and the data of its time, and compare."""

from dataclasses import replace
from typing import Any

from mll_core import lifecycle
from mll_core.domain.data import Split
from mll_core.domain.errors import NotReady
from mll_core.domain.identity import Permission
from mll_core.domain.stage import Stage
from mll_core.domain.training import Training
from mll_core.infra.artefacts import Artefact
from mll_core.infra.guard import needs
from mll_core.project import Project


@needs(Permission.RUN)
def reproduce(project: Project, training: Training, run_id: str) -> dict[str, Any]:
    """What is the same and what differs: data, learned values, metrics, predictions.

    Raises NotReady when what the run was made from is gone.
    """
    from mll_core.stages import train

    made = _made(project, training)
    asked, split = _before(project, made, Stage.BUSINESS), _before(project, made, Stage.PREPARE)
    version = project.rooms.projects.version(project.slug, made.document_version)
    then = project.rooms.projects.parse(version.text)
    bench = replace(project.bench(), document=then, document_version=version.version)
    order, tools = lifecycle.training_order(bench, asked.value, Split(**split.value))
    found: dict[str, Any] = train.reproduce(order, training, run_id, tools)
    return found


def _made(project: Project, training: Training) -> Artefact:
    """The result in which the training was found out first, not one that took it over."""
    artefacts = reversed(project.artefacts.all(Stage.TRAIN))
    return next(a for a in artefacts if a.value["run_id"] == training.run_id)


def _before(project: Project, made: Artefact, stage: Stage) -> Artefact:
    """The newest result of ``stage`` when ``made`` was made."""
    for artefact in project.artefacts.all(stage):
        if artefact.at <= made.at:
            return artefact
    hint = "Run the project again."
    raise NotReady(f"What the {stage} stage found out for this run is gone.", hint=hint)
