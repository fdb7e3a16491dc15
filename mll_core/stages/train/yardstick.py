"""A quick model on the folds of training: what a recipe is worth, on the same rows each time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import stats

from mll_core.catalog import MODELS
from mll_core.domain.connector import Progress
from mll_core.domain.model import Model
from mll_core.domain.recipe import Recipe
from mll_core.domain.resampled import interval, standard_error
from mll_core.domain.task import Codes, Floats, Task
from mll_core.domain.training import Interval
from mll_core.domain.worth import Change
from mll_core.infra.fitted_model import scores_of
from mll_core.stages.train import rows as development
from mll_core.stages.train.fitting import Candidate, fit
from mll_core.stages.train.last_fit import means_of
from mll_core.stages.train.order import Order
from mll_core.stages.train.rows import Part, Rows
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.trial import Trial

BINARY, FEWEST_FOLDS = 2, 2
Pipeline = Callable[[Rows, Order, Progress], list[Part]]
"""Learns recipe and encoder for every fold."""


@dataclass(frozen=True, eq=False)
class Yardstick:
    """Measures recipes on the folds of ``order``, by the code that trains.

    The folds are those of the order, also for another recipe, so that scores pair up.
    """

    order: Order
    model: Model
    pipeline: Pipeline = development.parts

    @cached_property
    def rows(self) -> Rows:
        """The development rows and their folds. Raises UnknownColumn, UnfitTarget, TooFewRows."""
        return development.read(self.order)

    @cached_property
    def overlap(self) -> float:
        """Rows judged over rows learned from, on average; 0 for one cut. See ranking.interval."""
        sizes = [len(judged) / max(1, len(learned)) for learned, judged in self.rows.cuts]
        return float(np.mean(sizes)) if len(sizes) > 1 else 0.0

    @property
    def sign(self) -> float:
        """1 where more of the metric is better, else -1."""
        return 1.0 if Scorecard.greater(self.order) else -1.0

    @property
    def judged(self) -> int:
        """How many rows are judged, each counted once."""
        return len(np.unique(np.concatenate([judged for _, judged in self.rows.cuts])))

    def measure(
        self,
        recipe: Recipe,
        excluded: frozenset[str],
        tell: Progress,
        rows: Rows | None = None,
    ) -> Floats:
        """The metric on each fold, or each block of a single cut; more is better.

        ``rows``: others than the development rows, with folds of their own. Raises what the recipe
        and the estimator raise, Stopped.
        """
        order, used = replace(self.order, recipe=recipe, excluded=excluded), rows or self.rows
        return self._scored(used, order, self.pipeline(used, order, tell), tell)

    def fewer(self, count: int) -> Rows:
        """So many of the development rows, in the first repeat of the folds."""
        return development.fewer(self.rows, count, self.order.split.folds)

    def shuffled(
        self, seed: int, tell: Progress, rows: Rows | None = None
    ) -> tuple[Floats, Floats]:
        """The same on answers dealt out anew, and what a constant answer scores on them.

        Only the first repeat of the folds is measured.
        """
        own = rows or self.rows
        truth = np.random.default_rng((seed, 3)).permutation(own.truth)
        dealt = Rows(own.table, truth, own.classes, own.cuts[: self.order.split.folds])
        constant = replace(self, model=MODELS["prior"].of())
        made = self.pipeline(dealt, self.order, tell)
        mine, plain = (one._scored(dealt, self.order, made, tell) for one in (self, constant))
        return mine, plain

    def once(self, tell: Progress) -> list[Part]:
        """The folds of the first repeat: each row is judged at most once."""
        rows = self.rows
        first = Rows(rows.table, rows.truth, rows.classes, rows.cuts[: self.order.split.folds])
        return self.pipeline(first, self.order, tell)

    def residuals(self, tell: Progress) -> tuple[Codes, Floats]:
        """Rows judged once, as places among the development rows, and what the quick model leaves
        unexplained of each: (n,), or (n, classes) for more than two.
        """
        made = self.pipeline(self.rows, self.order, tell)
        trial, card = self._tried(self.rows, self.order, made, tell)
        score = card.pooled(trial)
        if not self.order.task.classifies:
            return card.rows, card.truth - score
        left = np.eye(score.shape[1])[card.truth.astype(np.int64)] - score
        return card.rows, left[:, 1] if left.shape[1] == BINARY else left

    def _scored(self, rows: Rows, order: Order, made: list[Part], tell: Progress) -> Floats:
        trial, card = self._tried(rows, order, made, tell)
        return self.sign * card.spread(trial)

    def _tried(
        self, rows: Rows, order: Order, made: list[Part], tell: Progress
    ) -> tuple[Trial, Scorecard]:
        candidate, means = Candidate(self.model, self.model.label), means_of(order)
        trial, card = Trial(candidate), Scorecard(order, rows, made)
        for number, part in enumerate(made, 1):
            tell(0.0, f"Fitting fold {number} of {len(made)}")
            fitted = fit(candidate, part.learned, means)
            judged = scores_of(fitted.estimator, part.judged, means.task, len(rows.classes.names))
            trial.scores.append(judged)
        return trial, card

    def change(self, with_it: Floats, without: Floats) -> Change:
        """Two measurements compared fold by fold."""
        gain = with_it - without
        known = gain[~np.isnan(gain)]
        low, high = interval(gain, self.overlap)
        mean = float(known.mean()) if len(known) else float("nan")
        return Change(
            with_it=self.sign * _mean(with_it),
            without=self.sign * _mean(without),
            gain=Interval(value=mean, low=low, high=high, n=self.judged),
        )

    def told(self, scores: Floats) -> Interval:
        """A measurement as its metric tells it."""
        low, high = interval(self.sign * scores, self.overlap)
        return Interval(value=self.sign * _mean(scores), low=low, high=high, n=self.judged)


def gain_by_chance(with_it: Floats, without: Floats, overlap: float) -> float:
    """How likely a gain as large is when it helps nothing: the corrected resampled t, one-sided.

    1 without two folds to compare. Source: as for ranking.interval.
    """
    gain = with_it - without
    known = gain[~np.isnan(gain)]
    if len(known) < FEWEST_FOLDS or known.mean() <= 0:
        return 1.0
    error = standard_error(known, overlap)
    return float(stats.t.sf(known.mean() / error, len(known) - 1)) if error > 0 else 0.0


def quick(task: Task, linear: bool = False) -> Model:
    """The model that recipes are measured with: small trees, or straight lines.

    Lines where they were recommended: trees do not notice a change of scale.
    """
    if linear:
        return MODELS["logistic_regression" if task.classifies else "ridge"].of()
    return MODELS["hist_gradient_boosting"].of(
        trees=60, learning_rate=0.12, leaves=15, columns=1.0, stop_early=False
    )


def better_than_chance(gains: Sequence[float]) -> Interval:
    """The mean gain over several shuffles with its 95 % interval: each shuffle is a draw."""
    values = np.array(gains, dtype=np.float64)
    low, high = interval(values, 0.0)
    return Interval(value=_mean(values), low=low, high=high, n=len(values))


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
