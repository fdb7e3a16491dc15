"""What reports on rows without an answer have in common: the stamp, the gate, the cards."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mll_core.catalog import METRICS
from mll_core.domain.document import Criterion
from mll_core.domain.errors import InvalidParameter, nearest
from mll_core.domain.report import CriterionResult, Gate, MetricCard
from mll_core.domain.training import Interval
from mll_core.stages.evaluate.exam import Order
from mll_core.stages.evaluate.gate import Verdict, result

Measured = Mapping[str, Interval]


def stamp(order: Order, rows: int, metric: str) -> dict[str, Any]:
    """What was evaluated, on what, when."""
    training = order.training
    return {
        "run_id": training.run_id,
        "model": training.winner.label,
        "model_sha256": training.model_sha256,
        "task": training.task,
        "primary_metric": metric,
        "classes": training.classes,
        "threshold": order.fitted.threshold,
        "data_version": data_version(order),
        "document_version": order.document_version,
        "test_rows": rows,
        "opening": order.opening,
        "currency": order.document.brief.values.currency,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def data_version(order: Order) -> str:
    """The data version every claim names."""
    return order.data_version or order.split.shaped.sha256


def gate(order: Order, test: Measured, held: Measured, default: CriterionResult) -> Gate:
    """Every criterion of the brief, or the default one of the task.

    Raises InvalidParameter for a criterion that cannot be judged.
    """
    asked = order.document.brief.criteria
    judged = [_judged(one, i, test if one.on == "test" else held) for i, one in enumerate(asked)]
    results = judged or [default]
    return Gate(
        passed=all(result.met for result in results),
        criteria=tuple(results),
        sealed_sha256=order.sealed_sha256,
        sealed_at=order.sealed_at,
    )


def better(sentence: str, metric: str, found: Interval, least: float = 0.0) -> CriterionResult:
    """A criterion that a value must be above ``least``, with its interval."""
    low, high = found.low - least, found.high - least
    said: Verdict = "met" if low > 0 else "not met" if high <= 0 else "not sure"
    return CriterionResult(
        sentence=sentence,
        metric=metric,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        met=said == "met",
        verdict=said,
    )


def cards(kinds: Sequence[str]) -> dict[str, MetricCard]:
    """What the metrics are called and say."""
    return {
        kind: MetricCard(
            label=METRICS[kind].label,
            meaning=METRICS[kind].meaning,
            unit=METRICS[kind].unit,
            greater_is_better=METRICS[kind].greater_is_better,
            formula=METRICS[kind].formula(),
            range=METRICS[kind].reach(),
        )
        for kind in dict.fromkeys(kinds)
    }


def _judged(criterion: Criterion, place: int, measured: Measured) -> CriterionResult:
    if criterion.metric not in measured:
        what = f"brief.criteria.{place}.metric: {criterion.metric!r} could not be measured here."
        raise InvalidParameter(what, hint=nearest(criterion.metric, measured))
    if criterion.group is not None:
        what = f"brief.criteria.{place}.group: groups of a column are not judged in this task."
        raise InvalidParameter(what, hint="Leave the group empty.")
    return result(criterion, measured[criterion.metric])
