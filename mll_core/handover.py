"""What is shown to those who were not there: the newest report with all that it stands on."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from mll_core import freshness, side_by_side
from mll_core.domain.document import Document
from mll_core.domain.errors import InvalidParameter, NotReady
from mll_core.domain.exporter import Exhibit
from mll_core.domain.identity import Permission
from mll_core.domain.report import DATA, MODEL, Change, Report, Standing
from mll_core.domain.stage import Stage
from mll_core.domain.training import Training
from mll_core.infra import yaml_document
from mll_core.infra.guard import needs
from mll_core.project import Project
from mll_core.workspace import SHELVES


@needs(Permission.VIEW)
def exhibit(project: Project, against: str | None = None) -> Exhibit:
    """The newest report, with the document and data of its time.

    ``against``: the run of another judged candidate to set beside it.

    Raises NotReady without a report, NotFound.
    """
    report, training = project.results.report(), project.results.training()
    if report is None or training is None:
        hint = f"Open the sealed test first: on the Evaluate page, or mll run {project.slug}."
        raise NotReady("There is no report yet.", hint=hint)
    number = report.document_version
    then = project.rooms.projects.version(project.slug, number)
    personal = project.document.data.personal  # also those that were named since
    versions = project.deployment.versions()
    approvals = [v.approvals for v in versions if v.run_id == report.run_id]
    return Exhibit(
        slug=project.slug,
        document=project.rooms.projects.parse(then.text),
        document_version=number,
        training=_discreet_training(training, personal),
        report=_discreet(report, personal),
        data=project.results.data(),
        split=project.results.split(),
        approvals=approvals[0] if approvals else (),
        openings=project.evidence.openings(),
        standing=standing(project, report),
        rival=side_by_side.rival(project, report, against) if against else None,
        **_worth(project),
        versions=project.rooms.models().manifest(report.model_sha256)["libraries"],
    )


def _discreet(report: Report, personal: Collection[str]) -> Report:
    """The report without the values of personal columns, whenever they were named so."""
    explained, odd = report.explanation, report.oddness
    changes: dict[str, Any] = {"worst": _records(report.worst, personal)}
    if explained is not None:
        rows = _records(explained.rows, personal)
        changes["explanation"] = explained.model_copy(update={"rows": rows})
    if odd is not None:
        changes["oddness"] = odd.without(personal)
    return report.model_copy(update=changes)


def _discreet_training(training: Training, personal: Collection[str]) -> Training:
    odd = training.oddness
    return training.model_copy(update={"oddness": odd.without(personal)}) if odd else training


def _records(rows: Iterable[dict[str, Any]], personal: Collection[str]) -> tuple[Any, ...]:
    def left(row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row["record"].items() if name not in personal}

    return tuple({**row, "record": left(row)} for row in rows)


def _worth(project: Project) -> dict[str, Any]:
    """What was found out of columns and steps, as far as it still holds."""
    kept = {
        "cases": project.worth.cases(),
        "ledger": project.worth.ledger(),
        "null_run": project.worth.null_run(),
    }
    found = {name: one.value for name, one in kept.items() if one and one.fresh}
    return {**found, "verdicts": project.document.prepare.verdicts}


def restored(text: str) -> Exhibit:
    """The exhibit of a report written as JSON; every other form of it can be written again.

    Raises InvalidParameter for what is none.
    """
    try:
        plain = json.loads(text)
        document = yaml_document.build(plain["document"], SHELVES)
        rest = {name: value for name, value in plain.items() if name != "document"}
        return Exhibit(document=document, **rest)
    except (ValueError, KeyError, TypeError) as error:
        hint = "Write one with mll report PROJECT --format json."
        raise InvalidParameter("This is no report as JSON.", hint=hint) from error


WATCHED = {
    "data": "Where the rows come from",
    "prepare": "How the data is prepared",
    "split": "How the rows are parted",
    "train": "How models are trained",
    "brief.target": "The target",
    "brief.task": "The kind of answer that is predicted",
    "brief.positive": "Which answer counts as yes",
    "brief.primary_metric": "The number that models are ranked by",
    "evaluate.resamples": "How often the test rows are drawn anew for an interval",
    "evaluate.seed": "The seed of the draws for intervals",
    "brief.values": "What right and wrong decisions are worth",
    "brief.capacity": "How many cases can be handled",
    "brief.rule": "Today's rule",
    "brief.quantile": "The share of cases that a number is to suffice for",
    "brief.criteria": "What counts as success",
}
"""Every path of the document that a claim or the gate may stand on, as a reader calls it."""


@needs(Permission.VIEW)
def standing(project: Project, report: Report) -> Standing:
    """What changed since ``report`` was made: the rows, the model, what the document asks."""
    data, training = project.results.data(), project.results.training()
    found = []
    if data is not None and data.sha256 != report.data_version:
        then, newer = report.data_version[:8], data.sha256[:8]
        found.append(Change(input=DATA, sentence=f"The data was {then} and is {newer} now."))
    if training is not None and training.run_id != report.run_id:
        label = training.winner.label
        found.append(Change(input=MODEL, sentence=f"A newer model was trained: {label}."))
    newest = project.history.newest()
    then_document, now = (project.history.read(v) for v in (report.document_version, newest))
    for path, what in WATCHED.items():
        if freshness.reads(then_document, path) != freshness.reads(now, path):
            told = f"{what} was changed after version {report.document_version} of the document."
            found.append(Change(input=path, sentence=told))
    if {change.input for change in found}.isdisjoint({DATA, MODEL}):
        found += _elsewhere(project, then_document)
    return Standing(changes=tuple(found))


def _elsewhere(project: Project, then: Document) -> Iterator[Change]:
    """What no document and no version tells: a file that changed, a person who was erased."""
    found = project.bench().found()
    trained = found.get(Stage.TRAIN)
    if trained is not None and trained.inputs == freshness.ERASED:
        yield Change(input=DATA, sentence="It learned from somebody who was erased since.")
    kinds = {Stage.COLLECT: "A source file", Stage.PREPARE: "Another table of the recipe"}
    if freshness.source_is_gone(then):  # what was read is all there is
        del kinds[Stage.COLLECT]
    for stage, what in kinds.items():
        made = found.get(stage)
        if made is not None and made.inputs != freshness.inputs(stage, then, found):
            yield Change(input=DATA, sentence=f"{what} has changed since it was read.")
            return
