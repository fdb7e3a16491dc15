"""One candidate on the folds: its out-of-fold scores, and what they are worth."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from mll_core.domain.model import Model
from mll_core.domain.task import Floats
from mll_core.infra import cluster
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import scores_of
from mll_core.infra.model_store import dumped
from mll_core.stages.train import lanes
from mll_core.stages.train.clock import LAST_FIT
from mll_core.stages.train.fitting import Candidate, Fit, Means, Mixture, fit, sample
from mll_core.stages.train.memory import beside
from mll_core.stages.train.rows import Part

TRAIN_SAMPLE = 4_000
"""Training rows per fold that the score on rows learned from looks at, evenly spaced."""


@dataclass(eq=False)
class Trial:
    """A candidate after some or all folds; lists run along the folds."""

    candidate: Candidate | Mixture
    scores: list[Floats] = field(default_factory=list)
    """On the judged rows: (n, k) probabilities or (n,) values."""
    train_scores: list[Floats] = field(default_factory=list)
    train_truths: list[Floats] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    fit_seconds: list[float] = field(default_factory=list)
    milliseconds_per_row: float = 0.0
    bytes: int = 0
    lanes: int = 1
    """Folds that were fitted beside one another."""
    settled: Model | None = None
    """The model with what early stopping found; once all folds are done."""
    growth: float = LAST_FIT
    """A last fit takes about so many times as long as one in a fold."""

    @property
    def last_fit(self) -> float:
        """Seconds that a fit on all rows will take; loading a library in one fold does not tell."""
        return self.growth * float(np.median(self.fit_seconds))

    def need(self, folds: int) -> float:
        """Seconds that ``folds`` folds and a last fit of the like will take."""
        return math.ceil(folds / self.lanes) * float(np.median(self.seconds)) + self.last_fit

    @property
    def total(self) -> float:
        """Seconds spent on it."""
        return sum(self.seconds)


@dataclass(frozen=True, eq=False)
class _Fold:
    """What one fold came to."""

    fit: Fit
    score: Floats
    train_score: Floats
    train_truth: Floats
    seconds: float


def run(
    candidate: Candidate, parts: list[Part], means: Means, k: int, watch: lanes.Watch = lanes.idle
) -> Iterator[Trial]:
    """Fit and score the folds, beside one another where there are cores and memory; the same trial
    after each, finished after the last.

    Raises what the estimator and ``watch`` raise.
    """
    count, work = _work(candidate, parts, means, k)
    trial, cores = Trial(candidate, lanes=count, growth=means.growth), []
    with closing(lanes.each(work, count, watch)) as folds:
        for part, fold in zip(parts, folds, strict=True):
            cores.append(fold.fit.core)
            trial.scores.append(fold.score)
            trial.train_scores.append(fold.train_score)
            trial.train_truths.append(fold.train_truth)
            if part is parts[0]:
                trial.bytes = len(dumped(fold.fit.estimator))
                trial.milliseconds_per_row = _one_row(fold.fit.estimator, part.judged, means, k)
            trial.fit_seconds.append(fold.fit.seconds)
            trial.seconds.append(fold.seconds)
            if part is parts[-1]:
                trial.settled = candidate.model.settled(cores)
            yield trial


def _work(
    candidate: Candidate, parts: list[Part], means: Means, k: int
) -> tuple[int, list[Callable[[], _Fold]]]:
    """How many folds run beside one another, and each as a piece of work."""
    if cluster.address():
        return len(parts), [partial(lanes.afar, one) for one in _afar(candidate, parts, means, k)]
    count = beside(candidate, parts[0].learned, means, len(parts))
    shared = replace(means, threads=max(1, means.threads // count))
    return count, [partial(_fold, candidate, part, shared, k) for part in parts]


def begin(candidates: Sequence[Candidate], parts: list[Part], means: Means, k: int) -> None:
    """Have a cluster begin their folds, if there is one: they run beside one another there."""
    if cluster.address():
        for candidate in candidates:
            cluster.begin(_afar(candidate, parts, means, k))


def _afar(candidate: Candidate, parts: list[Part], means: Means, k: int) -> list[partial[_Fold]]:
    """The folds as a cluster runs them."""
    there = replace(means, threads=cluster.cores(len(parts)))
    return [partial(_fold, candidate, part, there, k) for part in parts]


def _fold(candidate: Candidate, part: Part, means: Means, k: int) -> _Fold:
    started = means.now()
    fitted = fit(candidate, part.learned, means)
    score = scores_of(fitted.estimator, part.judged, means.task, k)
    matrix, truth = looked_at(candidate, part, means)
    train_score = scores_of(fitted.estimator, matrix, means.task, k)
    return _Fold(fitted, score, train_score, truth, means.now() - started)


def looked_at(candidate: Candidate, part: Part, means: Means) -> tuple[Matrix, Any]:
    """Some of the rows that ``candidate`` learns from in a fold, evenly spaced, and their truth."""
    matrix, truth = sample(part.learned, candidate.share, means)
    few = slice(None, None, max(1, len(truth) // TRAIN_SAMPLE))
    return matrix[few], truth[few]


def _one_row(estimator: object, matrix: Matrix, means: Means, k: int) -> float:
    """Milliseconds to score one row, the best of three."""
    took = []
    for place in range(min(3, len(matrix))):
        started = time.perf_counter()
        scores_of(estimator, matrix[place : place + 1], means.task, k)
        took.append(time.perf_counter() - started)
    return float(np.min(took)) * 1000
