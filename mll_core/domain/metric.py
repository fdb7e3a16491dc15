"""The contract of a metric, and the two forms most metrics have."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.document import Brief
from mll_core.domain.plugin import Plugin
from mll_core.domain.task import Codes, Floats, Predictions, Task

Rows = NDArray[np.bool_]
_LARGE = 1000


class Metric(Plugin, ABC):
    """One number that says how good predictions are; the class docstring has its formula.

    Its fields are what the number depends on besides the predictions (amounts of money, a
    capacity); ``of_brief`` fills them. Documents refer to a metric by its ``kind``.
    """

    tasks: ClassVar[frozenset[Task]]
    greater_is_better: ClassVar[bool] = True
    ranks: ClassVar[bool] = True
    """Whether models may be ranked by it; a signed bias, best at 0, does not rank."""
    repeats: ClassVar[bool] = True
    """Whether a row drawn twice counts as two rows; not where rows are compared with each other."""
    lowest: ClassVar[float | None] = 0.0
    highest: ClassVar[float | None] = 1.0
    meaning: ClassVar[str]
    """What it says, in one plain sentence for a person who never heard of it."""
    unit: ClassVar[str] = ""
    """``share`` is shown as %, ``target`` in the target's unit, ``money`` in currency."""
    decides: ClassVar[bool] = False
    """Whether it counts decisions, so that it follows from the threshold."""
    needs: ClassVar[str] = ""
    """The part of the brief without which it is not usable."""
    asked_by: ClassVar[str] = ""
    """The one task, by kind, that it belongs to; else every task of ``tasks``."""

    @classmethod
    def of_brief(cls, brief: Brief) -> Self:
        """The metric with what the brief says of values and capacity."""
        return cls.of()

    @classmethod
    def usable(cls, brief: Brief) -> bool:
        """Whether the brief says all that the metric depends on."""
        return cls.asked_by in ("", brief.task)

    @classmethod
    def show(cls, value: float, currency: str = "") -> str:
        """The value as a person reads it: percent, money, or enough digits."""
        return shown(value, cls.unit, currency)

    @classmethod
    def formula(cls) -> str:
        """How it is computed and who says so: the card of the class, without its line breaks."""
        return " ".join((cls.__doc__ or "").split())

    @classmethod
    def reach(cls, currency: str = "") -> str:
        """From where to where it may go and which end is good, in words."""
        ends = [_end(cls, cls.lowest, currency), _end(cls, cls.highest, currency)]
        way = "more" if cls.greater_is_better else "less"
        best = f"{way} is better" if cls.ranks else "best at 0"
        return f"{ends[0]} to {ends[1]}; {best}"

    @classmethod
    def clipped(cls, bound: float) -> float:
        """A bound of an interval, moved to the end of the metric's range when it is outside."""
        bound = bound if cls.lowest is None else max(bound, cls.lowest)
        return bound if cls.highest is None else min(bound, cls.highest)

    @abstractmethod
    def score(self, predictions: Predictions) -> float:
        """The value on all rows; NaN where it is undefined (one class only, no rows)."""

    def counted(self, predictions: Predictions) -> tuple[Rows, Rows] | None:
        """Of a share of rows: which rows count for it, and among which, (n,) each; else None."""
        return None

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        """The value when row i counts ``weights[r, i]`` times, a whole number: (r, n) -> (r,)."""
        rows = np.arange(predictions.n)
        return np.array(
            [self.score(predictions.take(np.repeat(rows, w.astype(np.int64)))) for w in weights]
        )


class MeanMetric(Metric):
    """A metric made of averages over rows: ``combine(mean of parts)``."""

    @abstractmethod
    def parts(self, predictions: Predictions) -> Floats:
        """What each row contributes, (n, m)."""

    def combine(self, means: Floats) -> Floats:
        """The value from the average parts: (..., m) -> (...). By default the first part."""
        return np.asarray(means[..., 0])

    def score(self, predictions: Predictions) -> float:
        """The value on all rows; NaN without rows."""
        if not predictions.n:
            return float("nan")
        return float(self.combine(self.parts(predictions).mean(axis=0)))

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        """The value of every resample at once, by one matrix product."""
        sums = weights @ self.parts(predictions)
        return self.combine(ratio(sums, weights.sum(axis=1)[:, None]))


class CountMetric(Metric):
    """A metric of the confusion matrix alone: ``of_counts(how many of class t were called l)``."""

    decides: ClassVar[bool] = True

    @abstractmethod
    def of_counts(self, counts: Floats) -> Floats:
        """The value from counts [..., truth, label]: (..., k, k) -> (...)."""

    def score(self, predictions: Predictions) -> float:
        """The value on all rows; NaN where it is undefined."""
        return float(self.of_counts(confusion(predictions).astype(np.float64)))

    def scores(self, predictions: Predictions, weights: Floats) -> Floats:
        """The value of every resample, each from its own confusion matrix."""
        return self.of_counts(confusions(predictions, weights))


def _end(metric: type[Metric], bound: float | None, currency: str) -> str:
    return "no limit" if bound is None else metric.show(bound, currency)


def without_a_model(predictions: Predictions) -> Predictions:
    """The same answer for every row: how often each class occurs and the most frequent one, or
    the mean."""
    truth, n = predictions.truth, predictions.n
    if not predictions.classes:
        mean = np.full(n, float(np.mean(truth)) if n else np.nan)
        return Predictions(truth, mean, mean)
    shares = np.bincount(truth.astype(np.int64), minlength=len(predictions.classes)) / max(n, 1)
    label = np.full(n, int(shares.argmax()), np.int64)
    return Predictions(truth, np.tile(shares, (n, 1)), label, predictions.classes)


def all_called(predictions: Predictions, label: int) -> Predictions:
    """The same decision for every row, and so the same score: none of two classes comes first."""
    score = np.full(predictions.n, float(label))
    labels = np.full(predictions.n, label, np.int64)
    return Predictions(predictions.truth, np.c_[1 - score, score], labels, predictions.classes)


def shown(value: float, unit: str, currency: str = "") -> str:
    """A value as a person reads it: percent, money, or enough digits; NaN as unknown."""
    if math.isnan(value):
        return "unknown"
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "money":
        return f"{value:,.2f} {currency}".strip()
    if abs(value) >= _LARGE:
        return f"{value:,.0f}"
    return f"{value:.4g}" if unit == "target" else f"{value:.3f}"


def shown_with_interval(
    value: float, low: float, high: float, unit: str, currency: str = ""
) -> str:
    """A value and its interval, the unit said once; NaN bounds are left out."""
    said = shown(value, unit, currency)
    if math.isnan(low) or math.isnan(high):
        return said
    ends = (shown(end, unit).removesuffix(" %") for end in (low, high))
    return f"{said} ({' to '.join(ends)})"


def above_nothing(predictions: Predictions) -> Floats:
    """What is predicted of numbers, at least a thousandth of the truth and never below 0: (n,)."""
    return np.asarray(np.maximum(predictions.score, np.maximum(predictions.truth, 0) / _LARGE))


def ranked(predictions: Predictions) -> tuple[Codes, NDArray[np.bool_], Codes]:
    """Rows from the highest score of the positive class down: their places (n,), which are
    positive (n,), and the last place of each run of equal scores. At least one row.
    """
    order = np.argsort(-predictions.score[:, 1], kind="stable")
    score = predictions.score[order, 1]
    ends = np.flatnonzero(np.r_[score[1:] != score[:-1], True])
    return order, predictions.truth[order] == 1, ends


def against_the_rest(
    predictions: Predictions,
    weights: Floats,
    measure: Callable[[Floats, NDArray[np.bool_], Floats], Floats],
) -> Floats:
    """The mean over the classes of ``measure(score, is of the class, weights)``; of two classes
    the second alone. NaN where no class is defined.
    """
    k = predictions.score.shape[1]
    classes = range(1, 2) if k == 2 else range(k)  # noqa: PLR2004
    each = [measure(predictions.score[:, c], predictions.truth == c, weights) for c in classes]
    return defined_mean(np.stack(each, axis=-1))


def ratio(above: Any, below: Any) -> Floats:
    """``above / below``, NaN where ``below`` is 0."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0))


def defined_mean(values: Floats) -> Floats:
    """The mean over the last axis of what is not NaN; NaN where nothing is."""
    known = ~np.isnan(values)
    return ratio(np.where(known, values, 0).sum(axis=-1), known.sum(axis=-1))


def cells_of(predictions: Predictions) -> NDArray[np.int64]:
    """The cell of the confusion matrix each row falls in, ``truth * k + label``: (n,)."""
    k = len(predictions.classes)
    return predictions.truth.astype(np.int64) * k + predictions.label.astype(np.int64)


def confusion(predictions: Predictions) -> NDArray[np.int64]:
    """How many rows of each true class (row) got each label (column): (k, k)."""
    k = len(predictions.classes)
    return np.asarray(np.bincount(cells_of(predictions), minlength=k * k).reshape(k, k))


def confusions(predictions: Predictions, weights: Floats) -> Floats:
    """The confusion matrix of every resample, row i counted ``weights[r, i]`` times: (r, k, k)."""
    k, cells = len(predictions.classes), cells_of(predictions)
    counts = [np.bincount(cells, weights=w, minlength=k * k) for w in weights]
    return np.array(counts, dtype=np.float64).reshape(-1, k, k)


def one_row(weights_of: int) -> Floats:
    """The weights of the rows as they are, each once: (1, n)."""
    return np.ones((1, weights_of))
