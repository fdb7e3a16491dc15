"""What the worker can do for a project, by the kind of job."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mll_core.domain.connector import Progress
from mll_core.domain.errors import NotFound
from mll_core.domain.identity import Permission
from mll_core.infra.guard import needs
from mll_core.lifecycle import Publish
from mll_core.project import Project

Work = Callable[[Project, Mapping[str, Any], Progress, Publish], dict[str, Any]]


def _run(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    until = str(parameters.get("until", "evaluate"))
    return project.run(until, progress=progress, publish=publish).to_json()


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


KINDS: Mapping[str, Work] = MappingProxyType(
    {"run": _run, "monitor": _monitor, "retrain": _retrain}
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
    return KINDS[kind](project, parameters, progress, publish)
