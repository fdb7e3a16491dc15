"""Stage 5, evaluate: the sealed test rows are scored once, and judged by what was promised."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from mll_core.domain import gap
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.metric import confusion
from mll_core.domain.report import Report
from mll_core.domain.task_kind import Way
from mll_core.domain.training import Interval
from mll_core.stages.evaluate import (
    advice,
    cards,
    claims,
    curves,
    diagnosis,
    explaining,
    fairness,
    gate,
    grouping,
    groups,
    oddness,
    worth,
)
from mll_core.stages.evaluate.exam import Exam, Order, intervals, sit
from mll_core.stages.evaluate.groups import groups_of
from mll_core.stages.evaluate.parity import Cases, parities
from mll_core.stages.evaluate.rule import todays
from mll_core.stages.evaluate.seat import Apart, Files, Seat

__all__ = ["WAYS", "Apart", "Cases", "Files", "Order", "Seat", "evaluate", "groups_of", "parities"]


def evaluate(order: Order, progress: Progress = quiet) -> Report:
    """All the evidence about the candidate, and the gate.

    Raises TooFewRows, and InvalidParameter or UnknownColumn for a criterion that cannot be judged.
    """
    progress(0.0, "Scoring the test rows")
    exam = sit(order)
    progress(0.2, "Measuring, with intervals")
    test = intervals(exam, exam.candidate, exam.test_draws)
    baseline = intervals(exam, exam.baseline, exam.test_draws) if exam.baseline else {}
    written = todays(exam)
    rule = intervals(exam, written, exam.test_draws) if written else {}
    measured = {"test": test, "baseline": baseline, "rule": rule}
    difference = _difference(exam)
    value = worth.of(exam)
    progress(0.5, "Judging the criteria")
    judged = gate.judge(exam, difference)
    audit = fairness.audit(exam)
    unfair = tuple(fairness.findings(audit))
    overfit = gap.verdict(order.training, exam.metric, _reached(exam, test))
    progress(0.65, "Explaining in the original columns")
    explanation = explaining.explain(exam)
    progress(0.95, "Writing the report")
    return Report(
        **_stamp(exam),
        test=test,
        validation=intervals(exam, exam.held_out, exam.held_draws) if exam.held_out else {},
        baseline=baseline,
        rule=rule,
        difference=difference,
        overfit=overfit,
        confusion=_confusion(exam),
        curves=curves.draw(exam),
        groups=groups.measured(exam),
        fairness=unfair,
        audit=audit,
        money=diagnosis.money(exam, test),
        explanation=explanation,
        worst=diagnosis.worst(exam),
        claims=claims.make(exam, test, baseline, difference, value),
        gate=judged,
        advice=advice.give(exam, judged, overfit, unfair, value),
        cards=cards.of(exam, measured, judged, difference),
    )


def _stamp(exam: Exam) -> dict[str, Any]:
    """What was evaluated, on what, when."""
    order, training = exam.order, exam.order.training
    return {
        "run_id": training.run_id,
        "model": training.winner.label,
        "model_sha256": training.model_sha256,
        "task": training.task,
        "primary_metric": training.metric,
        "classes": exam.candidate.classes,
        "threshold": order.fitted.threshold,
        "data_version": exam.data_version,
        "document_version": order.document_version,
        "test_rows": exam.candidate.n,
        "units": 0 if exam.test_draws.groups is None else len(set(exam.test_draws.groups.tolist())),
        "opening": order.opening,
        "currency": order.document.brief.values.currency,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _reached(exam: Exam, test: dict[str, Interval]) -> Interval:
    unknown = Interval(value=float("nan"), n=exam.candidate.n)
    return test.get(exam.order.training.metric, unknown)


def _difference(exam: Exam) -> Interval:
    if exam.baseline is None:
        return Interval(value=float("nan"), n=exam.candidate.n)
    return exam.test_draws.difference(exam.metric, exam.candidate, exam.baseline)


def _confusion(exam: Exam) -> tuple[tuple[int, ...], ...]:
    if not exam.task.classifies:
        return ()
    return tuple(tuple(int(count) for count in row) for row in confusion(exam.candidate))


WAYS: Mapping[Way, Callable[[Order, Progress], Report]] = {
    "answers": evaluate,
    "groups": grouping.evaluate,
    "oddness": oddness.evaluate,
}
"""How each kind of task is judged, by the way it declares."""
