"""What out-of-fold scores are worth, by every metric of the task."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mll_core.catalog import METRICS
from mll_core.domain import calibration
from mll_core.domain.errors import NotFound
from mll_core.domain.metric import Metric
from mll_core.domain.resampled import interval
from mll_core.domain.task import Codes, Floats, Form, Predictions
from mll_core.domain.training import Interval
from mll_core.infra.fitted_model import labels_of
from mll_core.stages.train import fairness, threshold
from mll_core.stages.train.order import Order
from mll_core.stages.train.rows import Part, Rows
from mll_core.stages.train.trial import Trial

BLOCKS = 10
"""Parts that a single validation cut is dealt into, to see how much the score varies."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A trial in numbers: ``folds`` (J,) the primary metric per fold; ``spread`` what intervals
    and comparisons use: the folds, or the blocks of a single cut; ``by_fold`` every metric, (J,).
    """

    score: Interval
    folds: Floats
    spread: Floats
    train: float
    metrics: dict[str, Interval]
    calibration_error: float | None
    fairness_gap: float | None
    by_fold: dict[str, Floats]


class Scorecard:
    """Scores trials on the same folds by the same metrics."""

    def __init__(self, order: Order, rows: Rows, parts: list[Part]) -> None:
        self.order, self.parts, self.names = order, parts, rows.classes.names
        self.metrics = _metrics(order)
        self.primary = self.metrics[order.metric]
        sizes = [len(part.rows) / max(1, len(part.learned.truth)) for part in parts]
        self.overlap = float(np.mean(sizes)) if len(parts) > 1 else 0.0
        self.once = parts[: order.split.folds]
        """The folds of the first repeat: each row at most once."""
        self.rows = np.concatenate([part.rows for part in self.once])
        self.places = self.rows if rows.places is None else rows.places[self.rows]
        """Where the judged rows stand among all development rows that have a target."""
        self.truth = np.concatenate([part.judged_truth for part in self.once])
        there = [name for name in order.brief.protected if name in rows.table.column_names]
        self._protected = rows.table.select(there).take(pa.array(self.rows))

    def score(self, trial: Trial) -> Scored:
        """All numbers of a finished trial."""
        per_fold = self._predictions(trial)
        values = {k: np.array([m.score(p) for p in per_fold]) for k, m in self.metrics.items()}
        folds = values[self.order.metric]
        whole = {k: self._interval(self.metrics[k], v, v) for k, v in values.items()}
        spread = self._spread(per_fold)
        if len(self.parts) == 1:
            whole[self.order.metric] = self._interval(self.primary, folds, spread)
        train = self._train(trial)
        off = self._calibration_error(trial)
        score = whole[self.order.metric]
        return Scored(score, folds, spread, train, whole, off, self._gap(per_fold), values)

    def _calibration_error(self, trial: Trial) -> float | None:
        if not self.order.task.classifies:
            return None
        return calibration.error(self.truth.astype(np.int64), self.pooled(trial))

    def _gap(self, per_fold: list[Predictions]) -> float | None:
        label = np.concatenate([one.label for one in per_fold[: len(self.once)]])
        return fairness.gap(self._protected, self.truth, label, self.order.task)

    def spread(self, trial: Trial) -> Floats:
        """What comparisons use: the primary metric per fold, or per block of a single cut."""
        return self._spread(self._predictions(trial))

    def _spread(self, per_fold: list[Predictions]) -> Floats:
        judged = per_fold
        if len(self.parts) == 1:
            judged = _blocks(per_fold[0], self.order.split.seed)
        return np.array([self.primary.score(predictions) for predictions in judged])

    @staticmethod
    def greater(order: Order) -> bool:
        """Whether more of the primary metric is better."""
        return METRICS[order.metric].greater_is_better

    def plain(self, trial: Trial) -> Floats:
        """The primary metric on the folds done so far, at the plain threshold; more is better."""
        return self._oriented(self._plain(trial))

    def compared(self, trial: Trial) -> Floats:
        """The same; a single cut is judged by its blocks, so that there is something to compare."""
        judged = self._plain(trial)
        if len(self.parts) == 1:
            judged = _blocks(judged[0], self.order.split.seed)
        return self._oriented(judged)

    def blocks(self, trial: Trial) -> Floats:
        """The same on the blocks of the first fold alone."""
        return self._oriented(_blocks(self._plain(trial)[0], self.order.split.seed))

    def _plain(self, trial: Trial) -> list[Predictions]:
        task, pairs = self.order.task, zip(self.parts, trial.scores, strict=False)
        return [
            Predictions(part.judged_truth, score, labels_of(score, task, None), self.names)
            for part, score in pairs
        ]

    def _oriented(self, judged: list[Predictions]) -> Floats:
        sign = 1.0 if self.primary.greater_is_better else -1.0
        return sign * np.array([self.primary.score(predictions) for predictions in judged])

    def pooled(self, trial: Trial) -> Floats:
        """Out-of-fold scores of the first repeat, in the order of ``rows``."""
        return np.concatenate(trial.scores[: len(self.once)])

    def threshold(self, trial: Trial) -> tuple[float | None, str]:
        """From which score on a case is acted on; None when there is nothing to decide."""
        return self.cut(self.truth, self.pooled(trial))

    def cut(self, truth: Codes | Floats, score: Floats) -> tuple[float | None, str]:
        """The same by these truths and scores."""
        if self.order.task.form is not Form.TWO:
            return None, ""
        return self._cut(truth == 1, score[:, 1])

    def _interval(self, metric: Metric, values: Floats, spread: Floats) -> Interval:
        n = len(self.rows)
        known = values[~np.isnan(values)]
        low, high = interval(spread, self.overlap)
        value = float(known.mean()) if len(known) else np.nan
        return Interval(value=value, low=metric.clipped(low), high=metric.clipped(high), n=n)

    def _predictions(self, trial: Trial) -> list[Predictions]:
        pairs = zip(self.parts, trial.scores, self._thresholds(trial), strict=True)
        return [
            Predictions(
                part.judged_truth, score, labels_of(score, self.order.task, cut), self.names
            )
            for part, score, cut in pairs
        ]

    def _thresholds(self, trial: Trial) -> list[float | None]:
        # Each fold is decided by the threshold that the other folds chose.
        if self.order.task.form is not Form.TWO:
            return [None] * len(self.parts)
        if len(self.parts) == 1:
            return [self.threshold(trial)[0]]
        size = len(self.once)
        found: list[float | None] = []
        for i in range(len(self.parts)):
            first = i - i % size
            others = [j for j in range(first, min(first + size, len(self.parts))) if j != i]
            truth = np.concatenate([self.parts[j].judged_truth for j in others])
            score = np.concatenate([trial.scores[j][:, 1] for j in others])
            found.append(self._cut(truth == 1, score)[0])
        return found

    def _cut(self, positive: NDArray[np.bool_], score: Floats) -> tuple[float, str]:
        return threshold.choose(self.order.brief, positive, score)

    def _train(self, trial: Trial) -> float:
        cut = self.threshold(trial)[0]
        pairs = zip(trial.train_truths, trial.train_scores, strict=True)
        values = [
            self.primary.score(
                Predictions(truth, score, labels_of(score, self.order.task, cut), self.names)
            )
            for truth, score in pairs
        ]
        return float(np.nanmean(values)) if not np.isnan(values).all() else np.nan


def _metrics(order: Order) -> dict[str, Metric]:
    usable = {
        kind: cls.of_brief(order.brief)
        for kind, cls in METRICS.items()
        if order.task in cls.tasks and (cls.usable(order.brief) or kind == order.metric)
    }
    if order.metric not in usable:
        raise NotFound.named(f"metric for a {order.task} answer called", order.metric, usable)
    return usable


def _blocks(predictions: Predictions, seed: int) -> list[Predictions]:
    order = np.random.default_rng((seed, 2)).permutation(predictions.n)
    return [predictions.take(rows) for rows in np.array_split(order, BLOCKS)]
