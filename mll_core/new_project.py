"""A new project: data collected first, then the document with its defaults and safe proposals."""

import time
from collections.abc import Mapping
from typing import Any

from mll_core import intake, lifecycle, sealing
from mll_core.catalog import TASKS
from mll_core.domain.data import Profile
from mll_core.domain.document import Brief, Document
from mll_core.domain.errors import InvalidParameter, UnknownColumn
from mll_core.domain.source_address import absolute
from mll_core.domain.stage import Stage
from mll_core.infra import yaml_document
from mll_core.infra.reach import Reach
from mll_core.project import Project, Rooms

KINDS = ("auto", *TASKS)


def new_project(rooms: Rooms, name: str, data: str, settings: Mapping[str, Any]) -> Project:
    """Create a project. Nothing is left when the data, target or a setting is refused.

    Raises UnreadableSource, UnknownColumn, UnfitTarget, InvalidDocument.
    """
    _refuse_task(settings.get("brief.task"))
    plain: Any = Document(name=name).to_json()
    chosen = {"data.source": absolute(data), **_of_sample(data), **settings}
    for path, value in chosen.items():
        plain = yaml_document.changed(plain, path, value)
    document = rooms.projects.build(plain)
    for source in document.sources:
        Reach(rooms.actor, rooms.home).source(source)
    started = time.monotonic()
    collected = _collected(rooms, document)
    seconds = time.monotonic() - started
    project = Project(rooms, rooms.projects.create(document, "created"))
    lifecycle.keep(project.bench(), Stage.COLLECT, collected, seconds)
    _take_safe_proposals(project)
    sealing.settle(project.bench())
    return project


def _of_sample(source: str) -> dict[str, Any]:
    """What the gallery knows of one of its samples; nothing of any other source."""
    scheme, _, name = source.partition(":")
    if scheme != "sample":
        return {}
    from data.gallery import SAMPLES

    sample = SAMPLES.get(name)
    if sample is None:
        return {}  # the connector refuses it, with the names there are
    known = {
        "brief.question": sample.question,
        "brief.target": sample.target,
        "brief.task": sample.task if sample.task in KINDS else "auto",
        "brief.positive": sample.positive,
        "brief.protected": list(sample.protected),
        "data.keys": list(sample.keys),
    }
    return {path: value for path, value in known.items() if value}


def _refuse_task(task: object) -> None:
    if task is not None and task not in KINDS:
        raise InvalidParameter(
            f"There is no task {task!r}.", hint=f"Choose from: {', '.join(KINDS)}."
        )


def _collected(rooms: Rooms, document: Document) -> dict[str, Any]:
    """Collect and judge the target before a project is made. Raises what would be refused."""
    reach = Reach(rooms.actor, rooms.home)
    found = intake.collect_data(document, rooms.objects, reach)
    if document.brief.target is not None or document.brief.task in TASKS:
        check_target(Profile(**found["profile"]), document.brief)
    _refuse_rule(Profile(**found["profile"]), document)
    return found


def _refuse_rule(profile: Profile, document: Document) -> None:
    """Refuse a rule that names a column neither the file nor any step could give."""
    from mll_core.stages import business

    if not document.prepare.steps:
        business.refuse_rule_columns(document.brief, [column.name for column in profile.columns])


def check_target(profile: Profile, brief: Brief) -> None:
    """Raises UnknownColumn with the nearest name, UnfitTarget when it cannot be learned."""
    from mll_core.stages import business

    if brief.target is None:
        if business.needs_target(brief):
            return  # it is chosen later
    elif profile.column(brief.target) is None:
        names = [column.name for column in profile.columns]
        raise UnknownColumn.named(brief.target, where="brief.target", among=names)
    business.guess_task(profile, brief)


def _take_safe_proposals(project: Project) -> None:
    """Take what no analyst would refuse, as one version of the document that says so."""
    findings = project.results.findings()
    document = project.document
    changes: dict[str, Any] = {}
    names_rows = next((f.column for f in findings if f.code == "id"), None)
    if names_rows and not document.data.keys:
        changes["data.keys"] = [names_rows]
    for fix in (finding.fix for finding in findings if finding.fix):
        if not fix.safe:
            continue
        present = changes.get(fix.path, document.get(fix.path))
        if not fix.append:
            changes[fix.path] = fix.value
        elif not _known(fix.path, present, fix.value):
            changes[fix.path] = [*present, fix.value]
    if changes:
        if "prepare.steps" in changes:
            changes["prepare.steps"] = _rows_first(project, changes["prepare.steps"])
        project.history.edit(changes, "safe proposals of the data checks, taken")


def _known(path: str, present: list[Any], value: Any) -> bool:
    if path == "prepare.exclude":
        return any(entry["column"] == value["column"] for entry in present)
    return value in present


def _rows_first(project: Project, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps that choose rows come before those that change columns, as a recipe wants them."""
    shelf = project.rooms.projects.shelves["prepare.steps"]
    return sorted(steps, key=lambda step: getattr(shelf[step["kind"]], "rows", "keep") == "keep")
