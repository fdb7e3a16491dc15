"""The loop: runs a document through the stages and keeps what each finds out.

A stage whose inputs are those of an earlier result takes that result over; the sealed test is
opened once per candidate, after the criteria were sealed, and the opening is logged.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mll_core import freshness, intake, redrawn
from mll_core.bench import Bench
from mll_core.catalog import TASKS
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import Split
from mll_core.domain.errors import UnfitTarget
from mll_core.domain.recipe import Recipe
from mll_core.domain.report import Report
from mll_core.domain.serving import ModelVersion
from mll_core.domain.stage import Stage
from mll_core.domain.strata import Strata
from mll_core.domain.task import Task
from mll_core.domain.training import Run, Training
from mll_core.infra import room
from mll_core.infra.artefacts import Artefact

if TYPE_CHECKING:
    from mll_core.stages.train import Order, Tools

ORDER = tuple(freshness.SHARES)
"""As the machine runs them: what the brief implies can only be told with the data at hand."""


def run(bench: Bench, until: Stage) -> None:
    """Bring every stage up to ``until`` up to date, in order; stages that are fresh are kept.

    A search that was stopped is good enough for what comes after it, and goes on when it is asked
    for itself.

    Raises whatever a stage refuses, NoRoom; what was finished before stays.
    """
    known = bench.artefacts.newest(Stage.COLLECT)
    room.need(bench.home, size=known.value["data"]["bytes"] if known else 0)
    for stage in ORDER[: ORDER.index(until) + 1]:
        low, high = freshness.SHARES[stage]

        def progress(share: float, message: str, low: float = low, high: float = high) -> None:
            bench.progress(low + (high - low) * share, message)

        one_stage(bench, stage, progress, goes_on=stage is until)


def one_stage(
    bench: Bench, stage: Stage, progress: Progress = quiet, *, goes_on: bool = False
) -> Artefact:
    """Bring one stage up to date; its result. ``goes_on``: also where it was stopped half way."""
    started = time.monotonic()
    if stage is Stage.PREPARE:
        bench.tables.bring(bench.document, bench.document_version, progress)
    inputs = freshness.inputs(stage, bench.document, bench.found())
    newest, earlier = bench.artefacts.newest(stage), bench.artefacts.same_inputs(stage, inputs)
    if goes_on:
        newest, earlier = _whole(newest), _whole(earlier)
    if newest and newest.fingerprint == freshness.fingerprint(bench.document, stage):
        gone = stage is Stage.COLLECT and freshness.source_is_gone(bench.document)
        if newest.inputs == inputs or gone:
            bench.seconds[stage] = 0.0
            return newest
    if earlier is not None:
        kept = keep(bench, stage, earlier.value, earlier.seconds, used_again=True)
    else:
        value = STAGES[stage](bench, progress)
        kept = keep(bench, stage, value, time.monotonic() - started)
    if stage is Stage.PREPARE:
        redrawn.log(bench)
    bench.seconds[stage] = time.monotonic() - started
    return kept


def _whole(found: Artefact | None) -> Artefact | None:
    """None of what was stopped half way."""
    return None if found is None or found.value.get("stopped") else found


def keep(
    bench: Bench, stage: Stage, value: dict[str, Any], seconds: float, **detail: Any
) -> Artefact:
    """Keep what a stage found out, with the versions it came from."""
    found = bench.found()
    data = value if stage is Stage.COLLECT else found[Stage.COLLECT].value
    return bench.artefacts.add(
        Artefact(
            project=bench.slug,
            stage=stage,
            fingerprint=freshness.fingerprint(bench.document, stage),
            inputs=freshness.inputs(stage, bench.document, found),
            document_version=bench.document_version,
            data_version=data["data"]["sha256"],
            value=value,
            seconds=seconds,
        ),
        f"{stage}.done",
        document_version=bench.document_version,
        **detail,
    )


def _collect(bench: Bench, progress: Progress) -> dict[str, Any]:
    seen = (bench.reach, progress, bench.forgotten())
    return intake.collect_data(bench.document, bench.objects, *seen)


def _business(bench: Bench, progress: Progress) -> dict[str, Any]:
    from mll_core.stages import business

    brief = bench.document.brief
    _, profile = bench.data()
    if brief.target is None and business.needs_target(brief):
        hint = "Choose it on the Business page, or with --set brief.target=NAME."
        raise UnfitTarget("No column is named as the target yet.", hint=hint)
    progress(0.1, "Reading the brief")
    business.check(brief, profile)
    kind, task_reason = business.guess_task(profile, brief)
    metric, metric_reason = business.primary_metric(brief, kind, profile)
    return {
        "task": kind.task.value,
        "asks": kind.name(),
        "task_reason": task_reason,
        "metric": metric,
        "metric_reason": metric_reason,
        "positive": business.positive_class(profile, brief, kind.task),
        "findings": [finding.to_json() for finding in business.missing(brief, profile)],
    }


def _prepare(bench: Bench, progress: Progress) -> dict[str, Any]:
    from mll_core.stages import business, prepare

    document, asked = bench.document, bench.business()
    version, profile = bench.data()
    recipe = Recipe(steps=document.prepare.steps)
    if document.brief.target is not None:
        prepare.refuse_target(recipe, document.brief.target)
    plan = prepare.SplitPlan(
        section=document.split,
        target=document.brief.target,
        task=Task(asked["task"]),
        others=bench.tables.known(),
        protected=document.brief.protected,
        keys=document.data.keys,
        excluded=document.prepare.excluded,
        own=(document.data.source, *document.data.additions),
        strata=strata(bench),
    )
    path = bench.objects.path(version.sha256)
    found = prepare.split(recipe, path, plan, bench.objects, progress)
    known = [column.name for column in profile.columns]
    known += [column.name for column in found.shaped.columns]
    business.refuse_rule_columns(document.brief, known)
    return found.to_json()


def strata(bench: Bench) -> Strata:
    """What every part of the rows gets its share of, as the task has it."""
    return TASKS[bench.business()["asks"]].of().strata(bench.document.brief)


def _train(bench: Bench, progress: Progress) -> dict[str, Any]:
    from mll_core.stages import train

    order, tools = training_order(bench, bench.business(), bench.split())

    def publish(runs: tuple[Run, ...]) -> None:
        bench.publish({"leaderboard": [run.to_json() for run in runs]})

    learn = train.WAYS[order.kind.way]
    return learn(order, tools, progress, publish).to_json()


def training_order(bench: Bench, asked: dict[str, Any], split: Split) -> tuple["Order", "Tools"]:
    """What the train stage is given: the order (what was ``asked``, on which rows), the tools."""
    from mll_core.infra.tracking import Tracker
    from mll_core.stages import train

    document = bench.document
    order = train.Order(
        split=split,
        development=bench.objects.path(split.development.sha256),
        recipe=Recipe(steps=document.prepare.steps),
        excluded=document.prepare.excluded | split.aside,
        brief=document.brief.model_copy(
            update={"positive": asked["positive"], "task": asked["asks"]}
        ),
        task=Task(asked["task"]),
        metric=asked["metric"],
        metric_reason=asked["metric_reason"],
        section=document.train,
        project=bench.slug,
        document_version=bench.document_version,
    )
    tools = train.Tools(
        objects=bench.objects, models=bench.models(), tracker=Tracker(bench.home, bench.slug)
    )
    return order, tools


def _evaluate(bench: Bench, progress: Progress) -> dict[str, Any]:
    from mll_core.stages import business, evaluate

    training, split = bench.training(), bench.split()
    criteria = bench.document.brief.criteria
    seal = business.seal(criteria)
    sealed_at = bench.seals.seal(seal, [criterion.sentence() for criterion in criteria])
    reason = bench.why or f"to judge {training.winner.label}"
    why = {"rows": split.test.rows, "reason": reason}
    opening = bench.seals.open_test(split.test.sha256, training.run_id, **why)
    out_of_fold = training.winner.out_of_fold
    order = evaluate.Order(
        training=training,
        split=split,
        document=bench.document,
        document_version=bench.document_version,
        development=bench.objects.path(split.development.sha256),
        test=bench.objects.path(split.test.sha256),
        fitted=bench.models().load(training.model_sha256),
        baseline=bench.models().load(training.baseline_sha256)
        if training.baseline_sha256
        else None,
        opening=opening,
        sealed_sha256=seal,
        sealed_at=sealed_at,
        out_of_fold=bench.objects.path(out_of_fold) if out_of_fold else None,
        data_version=bench.data()[0].sha256,
    )
    report = evaluate.WAYS[TASKS[bench.business()["asks"]].way](order, progress)
    register(bench, training, report)
    found: dict[str, Any] = report.to_json()
    return found


def register(bench: Bench, training: Training, report: Report) -> ModelVersion:
    """Make the evaluated winner a candidate."""
    version, _ = bench.data()
    metrics = {name: interval.value for name, interval in report.test.items()}
    return bench.registry.register(
        ModelVersion(
            project=bench.slug,
            number=0,
            run_id=training.run_id,
            model=training.winner.label,
            sha256=training.model_sha256,
            data_version=version.sha256,
            development=bench.split().development.sha256,
            document_version=bench.document_version,
            metrics=metrics,
            gate_passed=report.gate.passed,
        )
    )


STAGES: dict[Stage, Callable[[Bench, Progress], dict[str, Any]]] = {
    Stage.COLLECT: _collect,
    Stage.BUSINESS: _business,
    Stage.PREPARE: _prepare,
    Stage.TRAIN: _train,
    Stage.EVALUATE: _evaluate,
}
