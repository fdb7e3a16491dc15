"""Run a run again, from the document and the data of its time, and compare."""

from dataclasses import replace
from typing import Any

from mll_core import lifecycle
from mll_core.domain.errors import NotReady
from mll_core.domain.stage import Stage
from mll_core.domain.training import Training
from mll_core.project import Project


def reproduce(project: Project, training: Training, run_id: str) -> dict[str, Any]:
    """What is the same and what differs: data, learned values, metrics, predictions.

    Raises NotReady when what the run was made from is gone.
    """
    from mll_core.stages import train

    artefacts = project.artefacts.all(Stage.TRAIN)
    made = next(a for a in reversed(artefacts) if a.value["run_id"] == training.run_id)
    version = project.rooms.projects.version(project.slug, made.document_version)
    then = project.rooms.projects.parse(version.text)
    bench = replace(project.bench(), document=then, document_version=version.version)
    order, tools = lifecycle.training_order(_as_then(bench, made.data_version))
    found: dict[str, Any] = train.reproduce(order, training, run_id, tools)
    return found


def _as_then(bench: lifecycle.Bench, data_version: str | None) -> lifecycle.Bench:
    collected = bench.artefacts.newest(Stage.COLLECT)
    if collected is None or collected.data_version != data_version:
        hint = "Restore the document version of the run first: mll restore."
        raise NotReady("The project has newer data than this run was made from.", hint=hint)
    return bench
