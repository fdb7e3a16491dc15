"""Rows that stand out among the sealed ones: the queue, why, and how good it is where one knows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mll_core.catalog import METRICS, task_of
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.discovered import Oddness
from mll_core.domain.finding import Advice, Finding, Severity
from mll_core.domain.metric import Metric
from mll_core.domain.report import Claim, CriterionResult, Report
from mll_core.domain.stage import Stage
from mll_core.domain.task import Floats, Predictions
from mll_core.domain.training import Interval
from mll_core.infra import oddities, stored_rows
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.shares import wilson
from mll_core.infra.stored_rows import StoredRows
from mll_core.infra.target_values import Classes
from mll_core.stages.evaluate import unanswered
from mll_core.stages.evaluate.exam import Order

FEWEST_KNOWN = 5
STAYS = 0.5
USUAL = 500
OVERLAP = "queue_overlap"


def evaluate(order: Order, progress: Progress = quiet) -> Report:
    """The queue among the sealed rows with its reasons; metrics where answers are known."""
    progress(0.0, "Scoring the sealed rows")
    rows, fitted = StoredRows.all(order.test), order.fitted
    score = stored_rows.scores(fitted, rows)[:, 1]
    known = _known(fitted, rows)
    draws = Bootstrap(order.document.evaluate.resamples, order.document.evaluate.seed)
    progress(0.3, "Measuring, with intervals")
    metrics = _metrics(order)
    cases = _cases(score, known, fitted)
    test = _measured(draws, metrics, cases)
    other = order.baseline
    theirs = _cases(stored_rows.scores(other, rows)[:, 1], known, other) if other else None
    baseline = _measured(draws, metrics, theirs) if theirs else {}
    difference = _difference(draws, metrics, cases, theirs)
    progress(0.6, "Explaining in the original columns")
    usual = StoredRows.all(order.development).sample(USUAL, order.document.evaluate.seed)
    oddness = _told(order, rows, score, known, usual)
    judged = unanswered.gate(
        order, test, order.training.winner.metrics, _default(order, difference, len(rows))
    )
    progress(0.95, "Writing the report")
    kinds = (*test, *(c.metric for c in judged.criteria), order.training.metric)
    return Report(
        **unanswered.stamp(order, len(rows), order.training.metric),
        test=test,
        validation=order.training.winner.metrics,
        baseline=baseline,
        difference=difference,
        overfit=_volume(oddness),
        claims=_claims(order, test, oddness),
        gate=judged,
        advice=_advice(oddness),
        oddness=oddness,
        cards=unanswered.cards(kinds),
    )


def _known(fitted: FittedModel, rows: StoredRows) -> "np.ndarray":
    """1 known to be odd, 0 known not to be, -1 not known."""
    if fitted.target not in rows:
        return np.full(len(rows), -1)
    return Classes(fitted.classes, fitted.class_values).codes(rows[fitted.target])


def _metrics(order: Order) -> dict[str, Metric]:
    share = 1.0 - (order.fitted.threshold or 0.0)
    return {
        kind: cls.of(share=share) if "share" in cls.parameters() else cls.of()
        for kind, cls in METRICS.items()
        if order.training.task in cls.tasks and kind != OVERLAP
    }


def _cases(score: Floats, known: "np.ndarray", fitted: FittedModel) -> Predictions:
    told = known >= 0
    both = np.column_stack([1 - score, score])[told]
    return Predictions(known[told], both, fitted.decide(both), fitted.classes)


def _measured(
    draws: Bootstrap, metrics: Mapping[str, Metric], cases: Predictions
) -> dict[str, Interval]:
    if len(np.unique(cases.truth)) < 2:  # noqa: PLR2004
        return {}
    found = draws.intervals(metrics, cases)
    return {kind: one for kind, one in found.items() if not np.isnan(one.value)}


def _difference(
    draws: Bootstrap,
    metrics: Mapping[str, Metric],
    cases: Predictions,
    theirs: Predictions | None,
) -> Interval:
    if theirs is None or int((cases.truth == 1).sum()) < FEWEST_KNOWN:
        return Interval(value=float("nan"), n=cases.n)
    return draws.difference(metrics["average_precision"], cases, theirs)


def _default(order: Order, difference: Interval, rows: int) -> CriterionResult:
    """Better than the worst single column where answers are known; else a queue that stays."""
    sentence = task_of(order.document.brief, order.training.task).criterion
    if not np.isnan(difference.value):
        return unanswered.better(sentence, "average_precision", difference)
    steady = order.training.winner.metrics.get(OVERLAP, Interval(value=float("nan"), n=rows))
    return unanswered.better(sentence, OVERLAP, steady, STAYS)


def _told(
    order: Order, rows: StoredRows, score: Floats, known: "np.ndarray", usual: pd.DataFrame
) -> Oddness:
    fitted, learned = order.fitted, order.training.oddness
    shown, columns = oddities.queue(fitted, rows, score, usual)
    shown = tuple(
        one.model_copy(update={"truth": fitted.classes[known[one.row]]})
        if known[one.row] >= 0
        else one
        for one in shown
    )
    threshold = float(fitted.threshold or 0.0)
    queued, positives = int((score >= threshold).sum()), int((known == 1).sum())
    told = int((known >= 0).sum())
    return Oddness(
        share=1.0 - threshold,
        rows=queued,
        of=len(rows),
        threshold=threshold,
        queue=shown,
        columns=columns,
        labelled=told,
        positives=positives,
        sentence=f"{queued:,} of {len(rows):,} sealed rows ({100 * queued / len(rows):.1f} %) are "
        f"in the queue; {100 * (1 - threshold):.2g} % was asked for. {_size(order, queued, rows)}",
        honest=_honest(positives, told) if not learned or told else learned.honest,
    )


def _size(order: Order, queued: int, rows: StoredRows) -> str:
    capacity = order.document.brief.capacity
    if capacity.cases_per_period is None:
        return "Say how many cases come up, and how many can be looked at, to size the queue."
    expected = queued / max(1, len(rows)) * capacity.cases_per_period
    return f"That makes about {expected:,.0f} cases a {capacity.period}."


def _honest(positives: int, labelled: int) -> str:
    if positives < FEWEST_KNOWN:
        return (
            f"Only {positives} of the sealed rows are known to be odd: too few to say how good "
            "the queue is."
        )
    return f"{positives:,} of the {labelled:,} sealed rows with a known answer are odd."


def _volume(oddness: Oddness) -> Finding:
    found = wilson(oddness.rows, oddness.of)
    usual = found.low <= oddness.share <= found.high
    said = (
        f"{100 * found.value:.1f} % of the sealed rows ({100 * found.low:.1f} to "
        f"{100 * found.high:.1f}) reach the score of the queue, {100 * oddness.share:.2g} % were "
        "expected"
    )
    return Finding(
        code="overfit",
        severity=Severity.OK if usual else Severity.CHECK,
        sentence=f"{said}: {'as learned' if usual else 'these rows differ from those learned'}.",
        numbers={"share": found.value},
    )


def _claims(order: Order, test: dict[str, Interval], oddness: Oddness) -> tuple[Claim, ...]:
    version, share = unanswered.data_version(order), wilson(oddness.rows, oddness.of)
    common: dict[str, Any] = {"split": "test", "data_version": version}
    made = [
        Claim(
            sentence=oddness.sentence, value=share.value, low=share.low, high=share.high,
            n=oddness.of, **common,
        )
    ]  # fmt: skip
    words = {
        "precision_at_capacity": "of the queue are really odd",
        "recall_at_capacity": "of all rows known to be odd are in the queue",
    }
    for kind, text in words.items():
        if one := test.get(kind):
            said = f"{100 * one.value:.0f} % ({100 * one.low:.0f} to {100 * one.high:.0f}) {text}."
            made.append(
                Claim(sentence=said, value=one.value, low=one.low, high=one.high, n=one.n, **common)
            )
    return tuple(made)


def _advice(oddness: Oddness) -> tuple[Advice, ...]:
    if oddness.positives >= FEWEST_KNOWN:
        return ()
    what = (
        "Look at the queue, keep in a column which rows are really odd, and name it as the target: "
        "then detectors are compared by it."
    )
    said = f"{oddness.positives} known cases are among the test rows; {FEWEST_KNOWN} are needed."
    return (Advice(stage=Stage.COLLECT, sentence=what, evidence=said, edit="data.additions"),)
