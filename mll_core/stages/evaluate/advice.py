"""What to do when the gate is not met: the stage, the edit, and the evidence for it."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from mll_core.catalog import METRICS
from mll_core.domain.document import Brief, Criterion
from mll_core.domain.finding import Advice, Finding, Fix, Severity, best_first
from mll_core.domain.metric import Metric
from mll_core.domain.report import CriterionResult, Gate
from mll_core.domain.stage import Stage
from mll_core.domain.task import Form, Predictions
from mll_core.domain.training import Interval
from mll_core.stages.evaluate.exam import Exam
from mll_core.stages.evaluate.gate import holds
from mll_core.stages.evaluate.groups import ENOUGH, groups_of
from mll_core.stages.evaluate.worth import Worth

LEAK_WORDS = ("leak", "after", "decision", "knows the answer")
LATE = frozenset({"time", "left", "budget", "seconds"})
MOST_TIMES = 50
TREND = 0.9
EVEN = 0.5
NOTHING_ELSE = "No setting of the models makes up for what they do not hold."


def give(
    exam: Exam,
    gate: Gate,
    overfit: Finding,
    fairness: tuple[Finding, ...],
    value: Worth | None = None,
) -> tuple[Advice, ...]:
    """Ranked by what each is expected to bring; when the gate is passed, only that acting costs."""
    costly = list(_costly(value))
    if gate.passed:
        return tuple(costly)
    failed = [result for result in gate.criteria if not result.met]
    found = [*_thresholds(exam, failed), *_small_groups(exam, failed), *_unsure(exam, failed)]
    found += [*_time(exam), *_rows(exam), *_leaks(exam), *_overfit(exam, overfit)]
    found += _unfair(fairness)
    return tuple([*costly, *best_first([*found, *_columns(exam)])])


def _brings(exam: Exam, what: str, source: str) -> dict[str, Any]:
    """What training measured of such a change: the gain, and the words with what says so."""
    told = next((help for help in exam.order.training.helps if help.what == what), None)
    if told is None or told.gain is None or math.isnan(told.gain.value):
        return {}
    return _gain(exam, told.gain, source)


def _gain(exam: Exam, gain: Interval, source: str) -> dict[str, Any]:
    way = "better" if gain.value >= 0 else "worse"
    low, high = sorted(math.copysign(1, gain.value or 1.0) * end for end in (gain.low, gain.high))
    within = "" if math.isnan(low) else f" ({low:.3g} to {high:.3g})"
    said = f"{exam.metric.label} {way} by {abs(gain.value):.3g}{within}, by {source}."
    return {"gain": gain.value, "expected": said}


def _costly(value: Worth | None) -> Iterator[Advice]:
    if value is not None and value.costs:
        yield Advice(
            stage=Stage.BUSINESS,
            edit="brief.values",
            sentence="Do not act on it as it is: acting costs money at the stated values, "
            "whatever the criteria say. Check the values, or train a better model.",
            evidence=value.sentence,
        )


def _thresholds(exam: Exam, failed: list[CriterionResult]) -> Iterator[Advice]:
    cases, brief = exam.held_out, exam.order.document.brief
    if exam.task.form is not Form.TWO or cases is None:
        return
    unmet = {result.criterion for result in failed if result.group is None}
    for criterion in brief.criteria:
        metric = METRICS[criterion.metric].of_brief(brief)
        if criterion in unmet and metric.decides:
            yield from _move_threshold(exam, cases, criterion, metric)


def _move_threshold(
    exam: Exam, cases: Predictions, criterion: Criterion, metric: Metric
) -> Iterator[Advice]:
    now = exam.order.fitted.threshold or EVEN
    steps = sorted(np.arange(0.02, 0.99, 0.01).tolist(), key=lambda t: abs(t - now))
    at = next((t for t in steps if holds(criterion, metric.score(_called(cases, t)))), None)
    if at is None:
        return
    before, after = _called(cases, now), _called(cases, at)
    price = ", ".join(
        f"{kind} from {METRICS[kind].of().score(before):.3f} to "
        f"{METRICS[kind].of().score(after):.3f}"
        for kind in ("precision", "recall")
        if kind != criterion.metric
    )
    missed, brief = (1 - at) / at, exam.order.document.brief
    yield Advice(
        stage=Stage.BUSINESS,
        edit="brief.values",
        sentence=(
            f"Weigh the criterion against the stated values: it is met from a score of {at:.2f} "
            f"on, the values ask for {now:.2f}."
            if brief.values.stated
            else f"Decide from a score of {at:.2f} on instead of {now:.2f}: say that a missed case "
            f"weighs {missed:.2g} times a false alarm."
        ),
        evidence=f"On {cases.n:,} held-out rows {metric.label} goes from "
        f"{metric.score(before):.3f} to {metric.score(after):.3f}, and {price}.",
        expected="The criterion is met, by these held-out rows.",
        meets=True,
        fix=None if brief.values.stated else _weights(brief, missed, criterion),
    )


def _weights(brief: Brief, missed: float, criterion: Criterion) -> Fix:
    weights = {"true_positive": 0.0, "false_positive": -1.0, "true_negative": 0.0}
    return Fix(
        label="Weigh misses and false alarms so",
        stage=Stage.BUSINESS,
        path="brief.values",
        value={**brief.values.to_json(), **weights, "false_negative": -round(missed, 3)},
        reason=f"To meet: {criterion.sentence()}",
    )


def _called(cases: Predictions, at: float) -> Predictions:
    label = (cases.score[:, 1] >= at).astype(np.int64)
    return Predictions(cases.truth, cases.score, label, cases.classes)


def _small_groups(exam: Exam, failed: list[CriterionResult]) -> Iterator[Advice]:
    for result in failed:
        column = result.criterion.group if result.criterion else None
        if column is None or result.group is None:
            continue
        members = dict(groups_of(exam.column(column, "test")).members())
        n = int(members[result.group].sum()) if result.group in members else 0
        if n < ENOUGH:
            yield Advice(
                stage=Stage.COLLECT,
                edit="data.additions",
                sentence=f"Collect more rows with {column!r} {result.group!r}, or drop that group "
                "from the scope.",
                evidence=f"It has {n} test rows, too few to judge "
                f"({result.metric} {result.value:.3f}, {result.low:.3f} to {result.high:.3f}).",
            )


def _unsure(exam: Exam, failed: list[CriterionResult]) -> Iterator[Advice]:
    for result in failed:
        bound = _bound(result)
        half, away = (result.high - result.low) / 2, abs(result.value - bound)
        if result.verdict != "not sure" or result.group or not half > 0 or not away > 0:
            continue
        n = exam.candidate.n
        needed = math.ceil(n * min(MOST_TIMES, (half / away) ** 2))
        yield Advice(
            stage=Stage.COLLECT,
            edit="data.additions",
            sentence=f"Collect more rows: {n:,} test rows leave it open, "
            f"about {needed:,} would not.",
            evidence=f"{_measured(result)} is {result.value:.3f}, but {result.low:.3f} to "
            f"{result.high:.3f} is possible and {bound:.3f} is asked for.",
        )


def _measured(result: CriterionResult) -> str:
    label = METRICS[result.metric].label
    return label if result.criterion else f"The lead over the best baseline in {label}"


def _bound(result: CriterionResult) -> float:
    if result.criterion is None:
        return 0.0
    asked = (result.criterion.at_least, result.criterion.at_most)
    return next((float(bound) for bound in asked if bound is not None), 0.0)


def _time(exam: Exam) -> Iterator[Advice]:
    training, section = exam.order.training, exam.order.document.train
    late = [
        skipped.model
        for skipped in training.skipped
        if LATE & set(skipped.reason.lower().replace(".", "").split())
    ]
    if not late and training.seconds < TREND * section.budget_seconds:
        return
    budget = min(86_400.0, 3 * section.budget_seconds)
    skipped = f"; for lack of time it did not try {', '.join(late)}" if late else ""
    yield Advice(
        stage=Stage.TRAIN,
        edit="train.budget_seconds",
        sentence=f"Give training {budget:.0f} seconds instead of {section.budget_seconds:.0f}.",
        evidence=f"It used {training.seconds:.0f} seconds{skipped}.",
        **_brings(exam, "tuning", "what the settings tried so far brought"),
        fix=Fix(
            label=f"Set {budget:.0f} seconds",
            stage=Stage.TRAIN,
            path="train.budget_seconds",
            value=budget,
            reason="The search ran out of time.",
        ),
    )


def _rows(exam: Exam) -> Iterator[Advice]:
    """More rows, when the learning curve still rises beyond chance."""
    training = exam.order.training
    curve, rises = training.learning_curve, training.rows_help
    if rises is None or not rises.shown or len(curve) <= 1:
        return
    before, last = curve[-2], curve[-1]
    slope = training.rise(1 if exam.metric.greater_is_better else -1)
    doubled = "the last doubling; the next usually brings less"
    source = doubled if rises.what == "rows" else "these rows; as many again usually bring less"
    yield Advice(
        stage=Stage.COLLECT,
        edit="data.additions",
        sentence=f"Collect more rows: {2 * last.rows:,} instead of {last.rows:,} to learn from.",
        evidence=f"The learning curve still rises: {exam.metric.label} gets better by "
        f"{slope.value:.3g} per doubling (from {before.rows:,} to {last.rows:,} rows).",
        **_brings(exam, rises.what, source),
    )


def _leaks(exam: Exam) -> Iterator[Advice]:
    for place, entry in enumerate(exam.order.document.prepare.exclude):
        if any(word in entry.reason.lower() for word in LEAK_WORDS):
            yield Advice(
                stage=Stage.PREPARE,
                edit="prepare.exclude",
                sentence=f"If {entry.column!r} really is known when the decision is made, let the "
                "model see it.",
                evidence=f"It was held out (prepare.exclude.{place}): {entry.reason}",
            )


def _overfit(exam: Exam, overfit: Finding) -> Iterator[Advice]:
    simple = "logistic_regression" if exam.task.classifies else "ridge"
    if overfit.severity is not Severity.OK:
        yield Advice(
            stage=Stage.TRAIN,
            edit="train.models",
            sentence="Prefer a simpler model.",
            evidence=overfit.sentence,
            **_simpler(exam, simple),
            fix=Fix(
                label="Try a linear model only",
                stage=Stage.TRAIN,
                path="train.models",
                value=[{"kind": simple}],
                reason="What was learned by heart does not carry over.",
            ),
        )


def _simpler(exam: Exam, kind: str) -> dict[str, Any]:
    """How the simple model fared on the board beside the one that is used."""
    training, sign = exam.order.training, 1 if exam.metric.greater_is_better else -1
    runs = [run for run in training.leaderboard if run.model == kind and run is not training.winner]
    runs = [run for run in runs if not math.isnan(run.score.value)]
    if not runs or math.isnan(training.winner.score.value):
        return {}
    best = max(runs, key=lambda run: sign * run.score.value)
    apart = sign * (best.score.value - training.winner.score.value)
    return _gain(exam, Interval(value=apart), f"{best.label} on the board")


def _unfair(fairness: tuple[Finding, ...]) -> Iterator[Advice]:
    problems = [finding for finding in fairness if finding.severity is Severity.PROBLEM]
    for column in dict.fromkeys(finding.column for finding in problems):
        yield Advice(
            stage=Stage.PREPARE,
            edit="prepare.exclude",
            sentence=f"Look for columns that stand in for {column!r}, and leave them out or "
            "collect what explains the difference.",
            evidence=next(finding.sentence for finding in problems if finding.column == column),
        )


def _columns(exam: Exam) -> Iterator[Advice]:
    features = exam.order.fitted.encoder.features
    sources = len({feature.source for feature in features})
    helps = exam.order.training.helps
    told = next((help.sentence for help in helps if help.what == "columns"), NOTHING_ELSE)
    yield Advice(
        stage=Stage.PREPARE,
        edit="prepare.steps",
        sentence="Add columns that say something about the answer (join another table): what "
        "happened before, how often, how recently.",
        evidence=f"{sources} columns are used now. {told}",
    )
