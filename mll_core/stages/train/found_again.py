"""Runs without an answer, run once more: groups, and rows that stand out."""

import time

from mll_core.catalog import MODELS
from mll_core.domain.training import Run, Training
from mll_core.stages.train import grouping, groups, oddness, unanswered
from mll_core.stages.train.once_more import OnceMore
from mll_core.stages.train.order import Order, Tools
from mll_core.stages.train.unanswered import Allowance


def grouped(order: Order, training: Training, recorded: Run, tools: Tools) -> OnceMore:
    """One way of grouping, with as many draws of the rows as it had."""
    found, given = unanswered.read(order), dict(recorded.parameters)
    alone = grouping.Comparing(order, found, Allowance(order))
    if given.pop("shuffled", False):
        nothing = MODELS[recorded.model].of(**given)
        predictions, metrics = groups.without_groups(nothing, found, order)
        value = metrics[order.metric].value
        kept = groups.judged_kept(predictions, found, tools)
        return OnceMore(metrics, value, kept, found.rows)
    way = alone.way(MODELS[recorded.model].of(**given), recorded.label, time.monotonic())
    alone.ways.append(way)
    if "stability" in recorded.metrics:
        alone.steady(way, len(recorded.folds))
    way.again = way.again or list(recorded.folds)
    grouping.measured(alone, unanswered.of_task(order))
    value = grouping.as_run(way, recorded.run_id, order).score.value
    if recorded.run_id != training.recommended:
        kept = groups.judged_kept(way.predictions, found, tools)
        return OnceMore(way.metrics, value, kept, found.rows)
    kept = groups.all_kept(grouping.of_rows(way.groups, found.matrix), tools)
    model = groups.model_of(way, found, order)
    return OnceMore(way.metrics, value, kept, found.rows, model)


def queued(order: Order, training: Training, recorded: Run, tools: Tools) -> OnceMore:
    """One detector, or the random queue."""
    comparing = oddness.comparing_of(order)
    known = MODELS.get(recorded.model)
    again = comparing.detector(known.of(**recorded.parameters)) if known else comparing.by_chance()
    detector = comparing.keep(again)
    kept = oddness.scores_kept(detector, comparing, tools)
    score = detector.metrics.get(training.metric)
    chosen = recorded.run_id == training.recommended
    model = oddness.model_of(detector, comparing) if chosen else None
    value = score.value if score else float("nan")
    return OnceMore(detector.metrics, value, kept, comparing.found.rows, model)
