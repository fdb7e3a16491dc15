"""What the worker can do for a project, by the kind of job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mll_core.bench import Publish
from mll_core.domain.connector import Progress
from mll_core.domain.errors import NotFound
from mll_core.domain.identity import Permission
from mll_core.infra.guard import needs
from mll_core.project import Project

Work = Callable[[Project, Mapping[str, Any], Progress, Publish], dict[str, Any]]


def _run(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    until = str(parameters.get("until", "evaluate"))
    return project.run(until, progress=progress, publish=publish).to_json()


def _prepare(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    return project.prepared.make(progress).to_json()


def _monitor(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    current, labels = str(parameters["current"]), parameters.get("labels")
    return project.watching.monitor(current, labels, progress).to_json()


def _retrain(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    current, labels = str(parameters["current"]), parameters.get("labels")
    return project.watching.retrain(current, labels, progress, publish)


@dataclass(frozen=True)
class Kind:
    """A kind of job: what it does, and whether it may be begun again after its process was killed.

    ``why`` it may, or may not, is for whoever reads the log of a night.
    """

    do: Work
    repeatable: bool
    why: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "run": Kind(_run, True, "what a stage finished is kept and taken over, not done twice"),
        "prepare": Kind(_prepare, True, "a file is named only when it is whole"),
        "monitor": Kind(_monitor, True, "it only reads, and keeps one finding at its end"),
        "retrain": Kind(_retrain, True, "rows that were added already are not added again"),
    }
)


@needs(Permission.RUN)
def perform(
    project: Project,
    kind: str,
    parameters: Mapping[str, Any],
    progress: Progress,
    publish: Publish,
) -> dict[str, Any]:
    """Do one job; its result as JSON. Raises whatever the work refuses."""
    if kind not in KINDS:
        raise NotFound.named("kind of job", kind, KINDS)
    return KINDS[kind].do(project, parameters, progress, publish)
