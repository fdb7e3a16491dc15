"""95 % intervals by resampling rows, or whole groups of rows that belong together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.metric import Metric
from mll_core.domain.task import Floats, Predictions
from mll_core.domain.training import Interval
from mll_core.infra.draws import Draws

MOST_ROWS = 50_000
"""Above this many rows, resamples are drawn from a random part and scaled to all rows."""
WORK = 10_000_000
"""Rows drawn in all: above 10,000 rows there are fewer resamples, never below 200."""
_CHUNK = 500_000


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Bootstrap, seeded; the same rows are drawn for every metric and every model.

    Percentiles are moved for bias and skewness, and apart when there are few groups.
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
        alive = {name: metrics[name] for name, value in values.items() if not np.isnan(value)}
        sample = self.sample(predictions.n)
        some = predictions.take(sample.rows)
        centre = {
            name: metric.score(some) if sample.partial else values[name]
            for name, metric in alive.items()
        }
        drawn = {name: Draws(sample.kept, centre[name]) for name in alive}
        for weights in sample.weights() if alive else ():
            for name, metric in alive.items():
                drawn[name].add(metric.scores(some, weights), weights[:, sample.firsts])
        return {
            name: sample.interval(value, drawn.get(name), predictions.n)
            for name, value in values.items()
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
        return Interval(value=value, low=float(low), high=float(high), n=n)


def wilson(hits: int, n: int) -> Interval:
    """A share with its 95 % interval, fit for few rows and for 0 or n hits; NaN for no rows.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    return around(hits / n, n, n) if n else Interval(value=float("nan"))


def around(share: float, counted: float, n: int) -> Interval:
    """Wilson's interval of a share of ``n`` rows that tell as much as ``counted`` rows alone."""
    z2 = 1.959963984540054**2
    spread = 1 + z2 / counted
    middle = (share + z2 / (2 * counted)) / spread
    half = float(np.sqrt(z2 * (share * (1 - share) / counted + z2 / (4 * counted**2)))) / spread
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Interval(value=share, low=min(low, share), high=max(high, share), n=n)


def blocks(n: int) -> NDArray[np.int64]:
    """Group codes that keep neighbours in time together: (n,) in blocks of about the cube root.

    Source: Hall, Horowitz & Jing (1995), On blocking rules for the bootstrap with dependent data.
    """
    return np.asarray(np.arange(n) // max(1, round(n ** (1 / 3))))
