"""What the worker can do for a project, by the kind of job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mll_core.bench import Publish
from mll_core.domain.connector import Progress
from mll_core.domain.errors import NotFound
from mll_core.domain.identity import Permission
from mll_core.domain.recipe import Recipe
from mll_core.domain.value import Value
from mll_core.infra.guard import needs
from mll_core.project import Project

Work = Callable[[Project, Mapping[str, Any], Progress, Publish], dict[str, Any]]


def _run(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    until = str(parameters.get("until", "evaluate"))
    why = str(parameters.get("why", ""))
    return project.run(until, progress=progress, publish=publish, why=why).to_json()


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


def _leaks(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    tell: Any = {"progress": progress, "publish": publish}
    columns = [str(name) for name in parameters.get("columns", ())]
    return _short(project.worth.check_leaks(columns, **_budget(parameters), **tell))


def _steps(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    tell: Any = {"progress": progress, "publish": publish}
    return _short(project.worth.weigh_steps(**_budget(parameters), **tell))


def _null(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    tell: Any = {"progress": progress, "publish": publish}
    return project.worth.shuffle(**_budget(parameters), **tell).to_json()


def _alike(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    from mll_core.stages import prepare

    recipe, rows = Recipe(steps=project.recipe.steps), "columns" in parameters
    recipe = recipe.up_to_learning if rows else recipe
    others = project.tables.paths(recipe.steps)
    compared = prepare.Compared(recipe, project.results.data_path(), others)
    if rows:
        return {"groups": len(compared.rows(prepare.NearRows(**parameters), progress).groups)}
    found = compared.spellings(prepare.Spellings(**parameters), progress)
    return {"groups": len(found.clusters)}


def _features(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    tell: Any = {"progress": progress, "publish": publish}
    return _short(project.worth.seek_features(**_budget(parameters), **tell))


def _mitigate(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    tell: Any = {"progress": progress, "publish": publish}
    column = str(parameters["column"])
    return project.worth.mitigate(column, **_budget(parameters), **tell).to_json()


def _evidence(
    project: Project, parameters: Mapping[str, Any], progress: Progress, publish: Publish
) -> dict[str, Any]:
    return project.evidence.work_out(str(parameters["view"]), progress).to_json()


def _budget(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"budget": float(parameters["budget"])} if parameters.get("budget") else {}


def _short(value: Value) -> dict[str, Any]:
    """The result without what is only kept to measure nothing twice."""
    return {name: told for name, told in value.to_json().items() if name != "measured"}


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
        "leaks": Kind(_leaks, True, "it only reads, and keeps case files at its end"),
        "steps": Kind(_steps, True, "it only reads, and what was measured is not measured again"),
        "alike": Kind(_alike, True, "it only reads, and keeps what it found at its end"),
        "null": Kind(_null, True, "it only reads, and every shuffle has its seed"),
        "features": Kind(
            _features, True, "it only reads, and what was measured is not measured again"
        ),
        "mitigate": Kind(_mitigate, True, "it only reads, and keeps what it found at its end"),
        "evidence": Kind(_evidence, True, "it only reads, and keeps one sheet at its end"),
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
