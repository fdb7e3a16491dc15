"""Which stage is done, stale or to do: read off the fingerprints its results carry."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mll_core.domain.data import DataVersion
from mll_core.domain.document import Document
from mll_core.domain.finding import Severity
from mll_core.domain.job import Job
from mll_core.domain.recipe import Recipe
from mll_core.domain.source_address import file_of
from mll_core.domain.stage import Stage, StageState, Status
from mll_core.infra.artefacts import Artefact

SECTIONS: Mapping[Stage, tuple[str, ...]] = {
    Stage.BUSINESS: ("brief",),
    Stage.COLLECT: ("data",),
    Stage.PREPARE: ("prepare", "split"),
    Stage.TRAIN: ("train",),
    Stage.EVALUATE: ("evaluate",),
    Stage.DEPLOY: ("deploy",),
    Stage.MONITOR: ("monitor",),
}
"""The sections of the document that a stage owns; what comes after it depends on them."""

UPSTREAM: Mapping[Stage, tuple[Stage, ...]] = {
    stage: (() if stage is Stage.COLLECT else stage.before) for stage in Stage
}
"""Collecting needs nothing of the brief; every other stage stands on all before it."""


def digest(*parts: Any) -> str:
    """One sha256 over plain data, whatever the order of its keys."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(document: Document, stage: Stage) -> str:
    """What a result of ``stage`` must carry to be fresh: every section it stands on.

    Signing off a brief changes nothing in it, nor does what is noted about a step, nor a value
    that is the default: a field that comes with a later version leaves old results fresh.
    """
    plain: dict[str, Any] = {**chosen(document), "prepare": _recipe(document)}
    if stage is Stage.COLLECT:
        plain["data"] = _read(plain["data"])
    names = [name for s in (*UPSTREAM[stage], stage) for name in SECTIONS[s]]
    return digest({name: plain[name] for name in names})


DEFAULTS = Document(name="").to_json()
OF_PEOPLE = {"brief": ("sign_offs",), "data": ("personal", "retention_days")}
"""What is decided about people and keeping; nothing is found out from it."""


def _read(data: dict[str, Any]) -> dict[str, Any]:
    """What is said about reading the rows; which columns name them is read off them later."""
    return {key: told for key, told in data.items() if key != "keys"}


def chosen(document: Document) -> dict[str, Any]:
    """The document without what is as the defaults have it; every section is there."""
    found = {name: _differing(told, DEFAULTS[name]) for name, told in document.to_json().items()}
    for section, names in OF_PEOPLE.items():
        found[section] = {key: told for key, told in found[section].items() if key not in names}
    return found


def _differing(value: Any, default: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(default, dict):
        return value
    return {
        key: _differing(entry, default.get(key))
        for key, entry in value.items()
        if key not in default or entry != default[key]
    }


def reads(document: Document, path: str) -> Any:
    """What results read of a dotted path; None where all is as the defaults have it.

    Signing off and notes about steps change nothing here either.
    """
    plain: Any = {**chosen(document), "prepare": _recipe(document)}
    plain["data"] = _read(plain["data"])
    for name in path.split("."):
        plain = plain.get(name) if isinstance(plain, dict) else None
    return plain


def changed_sections(old: Document, new: Document, stage: Stage) -> list[str]:
    """Names of the sections ``stage`` stands on that differ, in stage order."""
    before, after = old.to_json(), new.to_json()
    names = [name for s in (*UPSTREAM[stage], stage) for name in SECTIONS[s]]
    return [name for name in names if before[name] != after[name]]


ERASED = "erased"
"""Stands for the inputs of a training whose rows held somebody erased: never used again."""


TABLES = "tables"
"""The result that holds what was read of the other tables of the recipe; of no stage."""


def source_stamp(document: Document) -> list[Any]:
    """Size and time of the source files, so that a changed file is collected again."""
    return [stamp(source) for source in (document.data.source, *document.data.additions)]


def stamp(source: str) -> list[Any]:
    """A source with the size and time of its file; alone when it is none of this machine."""
    path = file_of(source)
    if path is not None and path.is_file():
        stat = path.stat()
        return [source, stat.st_size, stat.st_mtime_ns]
    return [source]


def read_tables(found: Mapping[str, Artefact]) -> dict[str, DataVersion]:
    """By address, what was read of the other tables and is still as their file has it.

    A file that is gone is as it was.
    """
    kept = found[TABLES].value["tables"] if TABLES in found else ()
    return {
        entry["data"]["source"]: DataVersion(**entry["data"])
        for entry in kept
        if stamp(entry["data"]["source"]) in (entry["stamp"], [entry["data"]["source"]])
    }


def inputs(stage: Stage, document: Document, found: Mapping[str, Artefact]) -> str:
    """What a stage really reads, in one hash: a result made from the same is used again.

    ``found`` holds the newest results of the stages before it, and of ``TABLES``.
    """
    plain = chosen(document)
    brief = plain["brief"]
    business = found[Stage.BUSINESS].value if Stage.BUSINESS in found else {}
    asked = [business.get(key) for key in ("task", "asks", "metric", "positive")]
    asked.append(brief.get("quantile"))
    match stage:
        case Stage.COLLECT:
            return digest(_read(plain["data"]), source_stamp(document))
        case Stage.BUSINESS:
            return digest(brief, _recipe(document), _part(found, Stage.COLLECT, "data"))
        case Stage.PREPARE:
            data = _part(found, Stage.COLLECT, "data")
            asked += _tables(document, found)
            asked += [brief.get("protected"), document.data.keys]
            return digest(data, _recipe(document), plain["split"], brief.get("target"), asked)
        case Stage.TRAIN:
            split = _part(found, Stage.PREPARE, "development")
            worth = [brief.get(key) for key in ("values", "capacity", "rule", "protected")]
            recipe = _recipe(document)
            return digest(split, recipe, plain["split"], plain["train"], asked, worth)
        case Stage.EVALUATE:
            run, judged = _part(found, Stage.TRAIN, "run_id"), dict(brief)
            for words in ("question", "decision", "stakeholders", "constraints"):
                judged.pop(words, None)
            return digest(run, plain["evaluate"], judged)
        case _:
            return digest(_part(found, Stage.EVALUATE, "run_id"), plain[str(stage)])


def _recipe(document: Document) -> list[Any]:
    """What is done to the rows; not what is switched off or noted."""
    running = Recipe(steps=document.prepare.steps).running
    return [[step.plain() for step in running.steps], document.to_json()["prepare"]["exclude"]]


def _tables(document: Document, found: Mapping[str, Artefact]) -> list[Any]:
    """The content of each other table that a running step reads; None for one to be read."""
    known = read_tables(found)
    running = Recipe(steps=document.prepare.steps).running.steps
    wanted = dict.fromkeys(source for step in running for source in step.sources())
    return [[source, known[source].sha256 if source in known else None] for source in wanted]


def _part(found: Mapping[str, Artefact], stage: Stage, key: str) -> Any:
    return found[stage].value[key] if stage in found else None


def source_is_gone(document: Document) -> bool:
    """Whether the source was a file that is no longer there: what was collected is all there is."""
    path = file_of(document.data.source)
    return path is not None and path.is_absolute() and not path.exists()


def state(
    stage: Stage, document: Document, found: Mapping[str, Artefact], job: Job | None
) -> StageState:
    """Where one stage stands; ``found`` holds the newest result of every stage that has one."""
    artefact = found.get(stage)
    if job is not None and job.status.live and stage is running_stage(job):
        return StageState(stage=stage, status=Status.RUNNING, reason=job.message)
    if artefact is None:
        return StageState(stage=stage, status=Status.TO_DO, reason=TO_DO[stage])
    status, reason = _judged(stage, document, found)
    return StageState(
        stage=stage,
        status=status,
        reason=reason,
        document_version=artefact.document_version,
        data_version=artefact.data_version,
        seconds=artefact.seconds,
        at=artefact.at,
    )


OF_KIND: Mapping[str, Stage] = {
    "monitor": Stage.MONITOR,
    "prepare": Stage.PREPARE,
    "leaks": Stage.PREPARE,
    "steps": Stage.PREPARE,
    "null": Stage.PREPARE,
    "features": Stage.PREPARE,
    "mitigate": Stage.EVALUATE,
    "evidence": Stage.EVALUATE,
}
"""The stage of work that is not a run through several."""


def running_stage(job: Job) -> Stage:
    """Which stage a live job is at, told by its kind and how far it is."""
    if job.kind in OF_KIND:
        return OF_KIND[job.kind]
    past = (stage for stage, (_, end) in SHARES.items() if job.progress < end)
    return next(past, Stage.EVALUATE)


SHARES: Mapping[Stage, tuple[float, float]] = {
    Stage.COLLECT: (0.0, 0.08),
    Stage.BUSINESS: (0.08, 0.1),
    Stage.PREPARE: (0.1, 0.15),
    Stage.TRAIN: (0.15, 0.85),
    Stage.EVALUATE: (0.85, 1.0),
}
"""From which share of a run to which each stage goes, in running order."""

TO_DO: Mapping[Stage, str] = {
    Stage.BUSINESS: "Say what is asked, and which column answers it.",
    Stage.COLLECT: "Bring the data.",
    Stage.PREPARE: "The rows are not split yet.",
    Stage.TRAIN: "No model has been trained yet.",
    Stage.EVALUATE: "The sealed test has not been opened.",
    Stage.DEPLOY: "No model answers yet.",
    Stage.MONITOR: "Nothing has been watched yet.",
}


def _judged(stage: Stage, document: Document, found: Mapping[str, Artefact]) -> tuple[Status, str]:
    artefact = found[stage]
    if artefact.fingerprint != fingerprint(document, stage):
        said = f"Made from version {artefact.document_version} of the document, since edited."
        return Status.STALE, said
    if stage is not Stage.COLLECT and artefact.inputs != inputs(stage, document, found):
        gone = "It learned from somebody who was erased since."
        newer = "A stage before it has a newer result, or another table of the recipe changed."
        return Status.STALE, (gone if artefact.inputs == ERASED else newer)
    value = artefact.value
    if stage is Stage.BUSINESS:
        open_points = [f for f in value["findings"] if f["severity"] != Severity.OK.value]
        if open_points:
            return Status.CHECK, str(open_points[0]["sentence"])
    if stage is Stage.EVALUATE and not value["gate"]["passed"]:
        return Status.CHECK, "The gate is not met."
    if stage is Stage.MONITOR and value["alerts"]:
        return Status.CHECK, str(value["alerts"][0].get("sentence", "There are alerts."))
    return Status.DONE, ""
