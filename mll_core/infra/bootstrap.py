"""95 % intervals by resampling rows, or whole groups of rows that belong together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.metric import Metric
from mll_core.domain.task import Floats, Predictions
from mll_core.domain.training import Interval
from mll_core.infra.draws import Draws
from mll_core.infra.shares import share
from mll_core.infra.studentised import Studentised

MOST_ROWS = 50_000
"""Above this many rows, resamples are drawn from a random part and scaled to all rows."""
WORK = 10_000_000
"""Rows drawn in all: above 10,000 rows there are fewer resamples, never below 200."""
_CHUNK = 500_000


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Bootstrap, seeded; the same rows are drawn for every metric and every model.

    Percentiles are moved for bias and skewness, and apart when there are few groups. Means of what
    is never below 0 are studentised, shares of rows have Wilson's interval.
    ``groups``: (n,) codes; rows of one group are drawn together (a repeated entity, a block of
    time), and the interval says how the value varies between groups. Source: Efron & Tibshirani
    (1993), An Introduction to the Bootstrap, chapter 14; Efron (2014), Estimation and accuracy
    after model selection; Hesterberg (2015), What teachers should know about the bootstrap;
    Bickel, Goetze & van Zwet (1997), Resampling fewer than n observations, for tables above
    ``MOST_ROWS``.
    """

    resamples: int = 1000
    seed: int = 0
    groups: NDArray[np.int64] | None = None

    def take(self, rows: NDArray[np.bool_]) -> "Bootstrap":
        """The same for some of the rows."""
        return self if self.groups is None else replace(self, groups=self.groups[rows])

    def intervals(
        self, metrics: Mapping[str, Metric], predictions: Predictions
    ) -> dict[str, Interval]:
        """Each metric's value on all rows, with its interval; NaN where it is undefined."""
        values = {name: metric.score(predictions) for name, metric in metrics.items()}
        found = {name: Interval(value=value, n=predictions.n) for name, value in values.items()}
        left = {}
        for name, metric in metrics.items():
            counted = metric.counted(predictions)
            if counted is not None:
                found[name] = self._share(*counted, found[name])
            elif not np.isnan(values[name]):
                left[name] = metric
        return found | (self._resampled(left, predictions, values) if left else {})

    def _share(
        self, hits: NDArray[np.bool_], among: NDArray[np.bool_], found: Interval
    ) -> Interval:
        ends = share(hits[among], None if self.groups is None else self.groups[among])
        return found.model_copy(update={"low": ends.low, "high": ends.high})

    def _resampled(
        self, metrics: Mapping[str, Metric], predictions: Predictions, values: Mapping[str, float]
    ) -> dict[str, Interval]:
        sample = self.sample(predictions.n)
        some = predictions.take(sample.rows)
        means, drawn = dict[str, Studentised](), dict[str, Draws]()
        for name, metric in metrics.items():
            mean = None if sample.partial else Studentised.of(metric, some, sample.codes)
            if mean is not None:
                means[name] = mean
            else:
                centre = metric.score(some) if sample.partial else values[name]
                drawn[name] = Draws(sample.kept, centre)
        for weights in sample.weights():
            groups = weights[:, sample.firsts]
            for mean in means.values():
                mean.add(groups)
            for name, draws in drawn.items():
                draws.add(metrics[name].scores(some, weights), groups)
        ends = {name: one.ends() for name, one in means.items()}
        return {
            name: sample.interval(values[name], drawn[name], predictions.n)
            if name in drawn
            else _within(values[name], ends[name], predictions.n)
            for name in metrics
        }

    def difference(
        self, metric: Metric, candidate: Predictions, reference: Predictions
    ) -> Interval:
        """Candidate minus reference on the same rows, paired; positive is better."""
        sign = 1.0 if metric.greater_is_better else -1.0
        sample = self.sample(candidate.n)
        ours, theirs = candidate.take(sample.rows), reference.take(sample.rows)
        value = sign * (metric.score(candidate) - metric.score(reference))
        centre = sign * (metric.score(ours) - metric.score(theirs)) if sample.partial else value
        drawn = Draws(sample.kept, centre)
        for weights in sample.weights():
            apart = sign * (metric.scores(ours, weights) - metric.scores(theirs, weights))
            drawn.add(apart, weights[:, sample.firsts])
        return sample.interval(value, drawn, candidate.n)

    def sample(self, n: int) -> "Sample":
        """What is drawn from ``n`` rows, so that somebody else may count what is drawn."""
        codes = (
            np.arange(n) if self.groups is None else np.unique(self.groups, return_inverse=True)[1]
        )
        units = int(codes.max()) + 1 if n else 0
        draw = np.random.default_rng(self.seed)
        kept = units if n <= MOST_ROWS else max(2, round(units * MOST_ROWS / n))
        if kept < units:
            chosen = np.zeros(units, dtype=bool)
            chosen[draw.choice(units, kept, replace=False)] = True
            rows = np.flatnonzero(chosen[codes])
            codes = np.unique(codes[rows], return_inverse=True)[1]
        else:
            rows = np.arange(n)
        times = int(np.clip(WORK // max(1, len(rows)), 200, self.resamples))
        times = min(times, self.resamples)
        return Sample(rows, codes, kept, units, times, self.seed)


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows resamples are drawn from: ``kept`` of ``units`` groups, each row's group code."""

    rows: NDArray[np.int64]
    codes: NDArray[np.int64]
    kept: int
    units: int
    times: int
    seed: int

    @property
    def partial(self) -> bool:
        """Whether these are fewer rows than there are."""
        return self.kept < self.units

    def weights(self) -> Iterator[Floats]:
        """How often each row is drawn, resample by resample: chunks of (r, n)."""
        draw = np.random.default_rng(self.seed)
        step = max(1, _CHUNK // max(1, len(self.rows)))
        for start in range(0, self.times, step):
            r = min(step, self.times - start)
            picked = draw.integers(0, self.kept, (r, self.kept))
            picked += np.arange(r)[:, None] * self.kept
            counts = np.bincount(picked.ravel(), minlength=r * self.kept).reshape(r, self.kept)
            yield (counts if self.kept == len(self.rows) else counts[:, self.codes]).astype(float)

    @property
    def firsts(self) -> NDArray[np.int64]:
        """One row of each group, whose weight is the group's."""
        return np.unique(self.codes, return_index=True)[1]

    def interval(self, value: float, draws: Draws | None, n: int) -> Interval:
        """``value`` with its 95 % interval; NaN bounds when most resamples are undefined."""
        ends = draws.ends() if draws is not None else None
        if draws is None or ends is None or np.isnan(value):
            return Interval(value=value, n=n)
        low, high = ends
        if self.partial:
            scale = np.sqrt(self.kept / self.units)
            low, high = value + scale * (low - draws.centre), value + scale * (high - draws.centre)
        return _within(value, (low, high), n)


def _within(value: float, ends: tuple[float, float] | None, n: int) -> Interval:
    if ends is None:
        return Interval(value=value, n=n)
    return Interval(value=value, low=float(ends[0]), high=float(ends[1]), n=n)


def blocks(n: int) -> NDArray[np.int64]:
    """Group codes that keep neighbours in time together: (n,) in blocks of about the cube root.

    Source: Hall, Horowitz & Jing (1995), On blocking rules for the bootstrap with dependent data.
    """
    return np.asarray(np.arange(n) // max(1, round(n ** (1 / 3))))
