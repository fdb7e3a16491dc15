"""A card for every metric: what it is, and what a good value is for this problem."""

import math
from collections.abc import Iterator, Mapping

from mll_core.catalog import METRICS
from mll_core.domain.metric import Metric, without_a_model
from mll_core.domain.report import Gate, MetricCard
from mll_core.domain.training import Interval
from mll_core.stages.evaluate.exam import Exam

SIMPLE = "the best simple rule"
Measured = Mapping[str, Mapping[str, Interval]]


def of(exam: Exam, measured: Measured, gate: Gate, difference: Interval) -> dict[str, MetricCard]:
    """By kind, of every metric measured or asked for. ``measured``: test, baseline and rule;
    ``difference``: candidate minus baseline in the primary metric, on the same rows."""
    kinds = (*exam.metrics, *(result.metric for result in gate.criteria))
    paired = {exam.order.training.metric: difference}
    return {kind: _card(exam, kind, measured, paired.get(kind)) for kind in dict.fromkeys(kinds)}


def _card(exam: Exam, kind: str, measured: Measured, difference: Interval | None) -> MetricCard:
    cls = METRICS[kind]
    return MetricCard(
        label=cls.label,
        meaning=cls.meaning,
        unit=cls.unit,
        greater_is_better=cls.greater_is_better,
        formula=cls.formula(),
        range=cls.reach(exam.order.document.brief.values.currency),
        good=good(exam, kind, measured, difference),
    )


def good(exam: Exam, kind: str, measured: Measured, difference: Interval | None = None) -> str:
    """What this value is worth here: beside what needs no model, in a sentence or two.

    ``difference`` to the best simple rule, where rows were compared one by one: it says more than
    two intervals.
    """
    mine = measured["test"].get(kind)
    if mine is None:
        return "It cannot be told on these rows."
    metric = exam.metrics[kind]
    if not metric.ranks:
        return _around_zero(mine)
    others = dict(_references(exam, metric, kind, measured))
    if not others:
        return ""
    currency = exam.order.document.brief.values.currency
    told = ", ".join(f"{name} {metric.show(value, currency)}" for name, value in others.items())
    pick = max if metric.greater_is_better else min
    best = pick(others, key=lambda name: others[name])
    if best.startswith(SIMPLE) and difference is not None and not math.isnan(difference.low):
        return f"{told}: {_said(difference.low > 0, difference.high < 0)} {best}."
    return f"{told}: {_verdict(mine, others[best], metric)} {best}."


def _references(
    exam: Exam, metric: Metric, kind: str, measured: Measured
) -> Iterator[tuple[str, float]]:
    constant = metric.score(without_a_model(exam.candidate))
    if not math.isnan(constant):
        yield "always the same answer", constant
    base = exam.order.training.best_baseline
    if base is not None and kind in measured["baseline"]:
        yield f"{SIMPLE} ({base.label})", measured["baseline"][kind].value
    if kind in measured["rule"]:
        yield "today's rule", measured["rule"][kind].value


def _verdict(mine: Interval, other: float, metric: Metric) -> str:
    ahead = mine.low > other if metric.greater_is_better else mine.high < other
    behind = mine.high < other if metric.greater_is_better else mine.low > other
    return _said(ahead, behind)


def _said(ahead: bool, behind: bool) -> str:
    if ahead:
        return "this model is clearly better than"
    if behind:
        return "this model is worse than"
    return "this model is not clearly better than"


def _around_zero(mine: Interval) -> str:
    if mine.low > 0 or mine.high < 0:
        return "0 is best; this is away from it beyond chance."
    return "0 is best; this is not shown to be away from it."
