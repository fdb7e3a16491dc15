"""How good the model is on the current rows: against outcomes, or estimated without them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.metric import Metric
from mll_core.domain.task import Floats, Predictions
from mll_core.domain.training import Interval
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.draws import LEVEL
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.target_values import Classes, numbers
from mll_core.stages.monitor.order import Watch

ESTIMATE = "estimated from the model's own probabilities, without outcomes"
MEASURED = "measured against outcomes"
_DRAWS = 60
_ROWS = 10_000
_RESAMPLES = 400


def labelled(fitted: FittedModel, frame: pd.DataFrame, score: Floats) -> Predictions:
    """The scored rows whose outcome is known, beside it; an unknown class counts as not known."""
    target = frame[fitted.target]
    if fitted.task.classifies:
        truth: Any = Classes(fitted.classes, fitted.class_values).codes(target)
        known = truth >= 0
    else:
        truth = numbers(target)
        known = ~np.isnan(truth)
    label = fitted.decide(score)
    return Predictions(truth[known], score[known], label[known], fitted.classes)


def realised(order: Watch, predictions: Predictions) -> dict[str, Any]:
    """Each metric on the rows with outcomes, with its bootstrap interval and the report's claim."""
    bootstrap = Bootstrap(resamples=_RESAMPLES, seed=order.seed)
    found = bootstrap.intervals(order.metrics, predictions)
    return _table(found, order.reference_metrics, MEASURED)


def estimated(order: Watch, score: Floats) -> tuple[dict[str, Any], dict[str, Interval]]:
    """Each metric as it would be if outcomes follow the model's probabilities, and the claims.

    Outcomes are drawn from the probabilities on resampled rows, ``_DRAWS`` times, on at most 10,000
    rows: mean and central 95 %. What it is held against is the same estimate on the reference
    scores, so that too sure a model does not hide its loss; without them, the report. A change in
    what leads to the outcome does not show. Nothing for numbers. Source: Bialek et al. (2024),
    Estimating model performance under covariate shift without labels.
    """
    if not order.fitted.task.classifies or not len(score):
        return {}, {}
    before = order.reference_scores
    usual = before is not None and before.ndim == score.ndim and len(before) > 0
    claims = _drawn(order, before) if usual and before is not None else order.reference_metrics
    return _table(_drawn(order, score), claims, ESTIMATE), dict(claims)


def _drawn(order: Watch, score: Floats) -> dict[str, Interval]:
    draw = np.random.default_rng(order.seed)
    label, n, metrics = order.fitted.decide(score), min(len(score), _ROWS), order.metrics
    values: dict[str, list[float]] = {name: [] for name in metrics}
    for _ in range(_DRAWS):
        rows = draw.integers(0, len(score), n)
        levels = score[rows].cumsum(axis=1)
        levels /= levels[:, -1:]
        truth = (draw.random((n, 1)) > levels).sum(axis=1)
        predictions = Predictions(truth, score[rows], label[rows], order.fitted.classes)
        for name, metric in metrics.items():
            values[name].append(metric.score(predictions))
    return {name: _central(np.array(drawn), len(score)) for name, drawn in values.items()}


def money(order: Watch, tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """What the decisions are worth per case and in all; the best of ``tables`` that knows."""
    for name in order.money:
        for basis, table in tables.items():
            if name in table:
                each = table[name]
                total = {f"total_{k}": each[k] * each["n"] for k in ("value", "low", "high")}
                return {"currency": order.brief.values.currency, "basis": basis, **each, **total}
    return None


def loss(metric: Metric, now: Mapping[str, Any], claim: Interval | None) -> tuple[float, float]:
    """How much worse than the report, relative to it, and in units of what chance may do.

    Chance: both 95 % half-widths taken together, so above 1 the loss is hardly chance. (0, 0) when
    there is nothing to compare.
    """
    if claim is None or not np.isfinite([now["value"], claim.value]).all() or not claim.value:
        return 0.0, 0.0
    worse = claim.value - now["value"] if metric.greater_is_better else now["value"] - claim.value
    edge = now["low"] if metric.greater_is_better else now["high"]
    spread = [abs(edge - now["value"]), (claim.high - claim.low) / 2]
    chance = float(np.hypot(*np.nan_to_num(spread)))
    return worse / abs(claim.value), worse / chance if chance else 0.0


def _central(drawn: Floats, n: int) -> Interval:
    known = drawn[~np.isnan(drawn)]
    if 2 * len(known) < len(drawn):
        return Interval(value=float("nan"), n=n)
    low, high = np.quantile(known, LEVEL)
    return Interval(value=float(known.mean()), low=float(low), high=float(high), n=n)


def _table(
    found: Mapping[str, Interval], claims: Mapping[str, Interval], method: str
) -> dict[str, Any]:
    known = {name: interval for name, interval in found.items() if not np.isnan(interval.value)}
    return {
        name: {
            **interval.model_dump(),
            "reference": claims[name].value if name in claims else None,
            "method": method,
        }
        for name, interval in known.items()
    }
