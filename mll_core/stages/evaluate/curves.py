"""Curves, at most 200 points each, ready to draw.

Names: ``roc``, ``precision_recall``, ``calibration``, ``scores:CLASS``, ``threshold_precision``,
``threshold_recall``, ``threshold_share``, ``threshold_value`` (binary); ``roc:CLASS`` and
``calibration`` (more classes); ``predicted_actual``, ``residual_histogram``,
``residual_by_prediction`` (numbers).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.histogram import bars, even
from mll_core.domain.ladder import Ladder
from mll_core.domain.metric import Metric
from mll_core.domain.report import Curve
from mll_core.domain.task import Codes, Floats, Form, Predictions
from mll_core.domain.view import Resampling
from mll_core.infra import curve_bands
from mll_core.infra.shares import share
from mll_core.plugins.metrics.expected_value import ExpectedValue
from mll_core.stages.evaluate.exam import Exam

POINTS = 200
BINS = 10
BARS = 30
MOST_CLASSES = 6


def draw(exam: Exam) -> tuple[Curve, ...]:
    """Every curve of the task, on the test rows."""
    cases, draws = exam.candidate, exam.test_draws
    if not exam.task.classifies:
        return tuple(_numbers(cases, exam))
    if exam.task.form is Form.TWO:
        return tuple(_binary(cases, draws, exam.metrics.get("expected_value")))
    return tuple(_classes(cases, draws.groups))


def _binary(cases: Predictions, draws: Resampling, value: Metric | None) -> Iterator[Curve]:
    score, hit = cases.score[:, 1], cases.truth == 1
    if 0 < hit.sum() < cases.n:
        yield _banded(_roc("roc", score, hit), curve_bands.roc(draws, score, hit))
        band = curve_bands.precision_recall(draws, score, hit)
        yield _banded(_precision_recall(score, hit), band)
    yield _calibration(score, hit, cases.classes[1], draws.groups)
    for code, name in enumerate(cases.classes):
        yield _histogram(f"scores:{name}", score[cases.truth == code], "Score", (0.0, 1.0))
    yield from _thresholds(score, hit, value)


def _classes(cases: Predictions, groups: Codes | None) -> Iterator[Curve]:
    common = np.bincount(cases.truth.astype(np.int64), minlength=len(cases.classes))
    for code in np.argsort(-common, kind="stable")[:MOST_CLASSES]:
        hit = cases.truth == code
        if 0 < hit.sum() < cases.n:
            yield _roc(f"roc:{cases.classes[code]}", cases.score[:, code], hit)
    best = cases.score.argmax(axis=1)
    right = best == cases.truth
    yield _calibration(cases.score.max(axis=1), right, "the predicted class", groups)


def _numbers(cases: Predictions, exam: Exam) -> Iterator[Curve]:
    unit = exam.order.fitted.target
    residual = cases.score - cases.truth
    draw_ = np.random.default_rng(exam.test_draws.seed)
    some = np.sort(draw_.choice(cases.n, min(POINTS, cases.n), replace=False))
    yield _curve(
        "predicted_actual", cases.score[some], cases.truth[some].astype(float), "Predicted", unit
    )
    low, high = np.quantile(residual, [0.005, 0.995])
    yield _histogram("residual_histogram", residual, "Predicted - true", (low, high))
    parts = even(cases.score, BINS)
    levels = [np.quantile(residual[part], [0.1, 0.5, 0.9]) for part in parts]
    yield Curve(
        name="residual_by_prediction",
        x=_floats([cases.score[part].mean() for part in parts]),
        y=_floats([level[1] for level in levels]),
        low=_floats([level[0] for level in levels]),
        high=_floats([level[2] for level in levels]),
        counts=tuple(len(part) for part in parts),
        x_label="Predicted",
        y_label="Error (10th to 90th percentile)",
    )


def _steps(score: Floats, hit: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Per distinct score, highest first: the score, and hits and misses from there up."""
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(score[order]) != 0, True])
    found, missed = np.cumsum(hit[order])[ends], np.cumsum(~hit[order])[ends]
    return score[order][ends], found.astype(float), missed.astype(float)


def _roc(name: str, score: Floats, hit: NDArray[np.bool_]) -> Curve:
    _, found, missed = _steps(score, hit)
    x, y = np.r_[0, missed / missed[-1]], np.r_[0, found / found[-1]]
    some = _thin(np.hypot(np.diff(x, prepend=0), np.diff(y, prepend=0)).cumsum())
    return _curve(name, x[some], y[some], "False positive rate", "True positive rate")


def _precision_recall(score: Floats, hit: NDArray[np.bool_]) -> Curve:
    _, found, missed = _steps(score, hit)
    recall, precision = found / found[-1], found / (found + missed)
    some = _thin(recall)
    return _curve("precision_recall", recall[some], precision[some], "Recall", "Precision")


def _banded(curve: Curve, band: curve_bands.Band) -> Curve:
    """The curve with the 95 % band read at its own points, around it everywhere."""
    low = np.minimum(np.interp(curve.x, band.x, band.low), curve.y)
    high = np.maximum(np.interp(curve.x, band.x, band.high), curve.y)
    return curve.model_copy(update={"low": _floats(low), "high": _floats(high)})


def _calibration(score: Floats, hit: NDArray[np.bool_], name: str, groups: Codes | None) -> Curve:
    parts = even(score, BINS)
    shares = [share(hit[part], None if groups is None else groups[part]) for part in parts]
    return Curve(
        name="calibration",
        x=_floats([score[part].mean() for part in parts]),
        y=tuple(one.value for one in shares),
        low=tuple(one.low for one in shares),
        high=tuple(one.high for one in shares),
        counts=tuple(len(part) for part in parts),
        x_label="Predicted probability",
        y_label=f"Share that is {name}",
    )


def _thresholds(score: Floats, hit: NDArray[np.bool_], value: Metric | None) -> Iterator[Curve]:
    at = np.linspace(0, 1, 101)
    ranked, positives = np.sort(score), np.sort(score[hit])
    called = len(score) - np.searchsorted(ranked, at, side="left")
    found = len(positives) - np.searchsorted(positives, at, side="left")
    some = called > 0
    yield _curve(
        "threshold_precision", at[some], found[some] / called[some], "Threshold", "Precision"
    )
    if len(positives):
        yield _curve("threshold_recall", at, found / len(positives), "Threshold", "Recall")
    yield _curve("threshold_share", at, called / len(score), "Threshold", "Share called positive")
    if isinstance(value, ExpectedValue):
        ladder = Ladder.of(score, hit, keep=value.edges(score))
        money = value.at_steps(ladder.counts)[[ladder.at(step) for step in at]]
        yield _curve("threshold_value", at, money, "Threshold", "Value per case")


def _histogram(name: str, values: Floats, label: str, span: tuple[float, float]) -> Curve:
    low, high = span
    edges, codes = bars(values, low, high, BARS)
    counts = np.bincount(codes[codes >= 0], minlength=BARS).astype(np.int64)
    centres = (edges[1:] + edges[:-1]) / 2
    curve = _curve(name, centres, counts.astype(np.float64), label, "Rows")
    return curve.model_copy(update={"counts": tuple(counts.tolist())})


def _thin(along: Floats) -> NDArray[np.int64]:
    """At most 200 places, evenly spread over ``along`` (rising), both ends kept."""
    if len(along) <= POINTS:
        return np.arange(len(along))
    places = np.searchsorted(along, np.linspace(along[0], along[-1], POINTS))
    return np.unique(np.r_[0, places.clip(0, len(along) - 1), len(along) - 1])[:POINTS]


def _curve(name: str, x: Floats, y: Floats, x_label: str, y_label: str) -> Curve:
    return Curve(name=name, x=_floats(x), y=_floats(y), x_label=x_label, y_label=y_label)


def _floats(values: Floats | list[float]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
