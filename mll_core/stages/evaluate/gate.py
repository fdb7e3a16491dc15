"""The gate: each criterion against the evidence, by its value and by its interval."""

import math
from collections.abc import Iterator
from typing import Literal

from mll_core.catalog import METRICS
from mll_core.domain.document import Criterion
from mll_core.domain.errors import InvalidParameter, UnknownColumn, nearest
from mll_core.domain.metric import Metric
from mll_core.domain.report import DEFAULT_CRITERION, FEW, CriterionResult, Gate
from mll_core.domain.training import Interval
from mll_core.stages.evaluate.exam import Exam
from mll_core.stages.evaluate.groups import groups_of

Verdict = Literal["met", "not met", "not sure"]


def judge(exam: Exam, difference: Interval) -> Gate:
    """Every criterion of the brief, or the default one when it states none.

    Raises InvalidParameter, UnknownColumn for a criterion that cannot be judged.
    """
    criteria = exam.order.document.brief.criteria
    results = [result for i, c in enumerate(criteria) for result in _criterion(exam, c, i)]
    results = results or [_default(exam, difference)]
    return Gate(
        passed=all(result.met for result in results),
        criteria=tuple(results),
        sealed_sha256=exam.order.sealed_sha256,
        sealed_at=exam.order.sealed_at,
    )


def _default(exam: Exam, difference: Interval) -> CriterionResult:
    low, high = difference.low, difference.high
    verdict: Verdict = "met" if low > 0 else "not met" if high <= 0 else "not sure"
    return CriterionResult(
        sentence=DEFAULT_CRITERION,
        metric=exam.order.training.metric,
        value=difference.value,
        low=low,
        high=high,
        n=difference.n,
        met=verdict == "met",
        verdict=verdict,
    )


def _criterion(exam: Exam, criterion: Criterion, place: int) -> Iterator[CriterionResult]:
    metric = _metric(exam, criterion, f"brief.criteria.{place}.metric")
    cases, draws = exam.on(criterion.on)
    if cases is None:
        yield result(criterion, Interval(value=math.nan))
        return
    kind = criterion.metric
    if criterion.group is None:
        yield result(criterion, draws.intervals({kind: metric}, cases)[kind])
        return
    if criterion.group not in exam.rows:
        where = f"brief.criteria.{place}.group"
        raise UnknownColumn.named(criterion.group, where=where, among=exam.rows.columns)
    for name, rows in groups_of(exam.column(criterion.group, criterion.on)).members():
        found = draws.take(rows).intervals({kind: metric}, cases.take(rows))[kind]
        yield result(criterion, found, name)


def _metric(exam: Exam, criterion: Criterion, where: str) -> Metric:
    suited = [kind for kind, cls in METRICS.items() if exam.task in cls.tasks]
    if criterion.metric not in suited:
        what = f"{where}: there is no metric {criterion.metric!r} for {exam.task.value} targets."
        raise InvalidParameter(what, hint=nearest(criterion.metric, suited))
    cls, brief = METRICS[criterion.metric], exam.order.document.brief
    if not cls.usable(brief):
        what = f"{where}: {criterion.metric} needs {cls.needs}, which is not stated."
        raise InvalidParameter(what, hint=f"Fill in {cls.needs}, or change the criterion.")
    return cls.of_brief(brief)


def result(criterion: Criterion, found: Interval, group: str | None = None) -> CriterionResult:
    """One criterion judged by what was measured, with its 95 % interval."""
    return CriterionResult(
        sentence=criterion.sentence(METRICS[criterion.metric].label, group),
        criterion=criterion,
        metric=criterion.metric,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        met=holds(criterion, found.value),
        verdict=verdict(criterion, found),
        group=group,
    )


def holds(criterion: Criterion, value: float) -> bool:
    """Whether a value meets the bound."""
    if criterion.at_least is not None:
        return value >= criterion.at_least
    return criterion.at_most is not None and value <= criterion.at_most


def verdict(criterion: Criterion, found: Interval) -> Verdict:
    """Whether the bound is met by the whole interval, by none of it, or one cannot be sure.

    An interval without width says of fewer than ``FEW`` rows that they are alike, not that all are.
    """
    ends = holds(criterion, found.low), holds(criterion, found.high)
    if any(math.isnan(value) for value in (found.value, found.low, found.high)):
        return "not sure"
    if found.low == found.high and 0 < found.n < FEW:
        return "not sure"
    return "met" if all(ends) else "not met" if not any(ends) else "not sure"
