"""ROC and precision-recall curves with 95 % bands, point by point."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Series
from mll_core.domain.task import Floats, Predictions
from mll_core.domain.training import Interval
from mll_core.domain.view import Resampling, Seen
from mll_core.infra.shares import wilson

AT = np.linspace(0.02, 0.98, 49)
"""Where the curves are read: false positive rates, or recalls."""
Read = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, eq=False)
class Band:
    """A curve at ``x`` (p,), with the ends of its band; ``counts``: rows behind each point."""

    x: Floats
    y: Floats
    low: Floats
    high: Floats
    counts: NDArray[np.int64]


MOST_CLASSES = 4
"""Of more than two classes so many are shown, the commonest."""


def each(seen: Seen, band: Callable[..., Band]) -> tuple[Series, ...]:
    """The curve of the sought class, or of each common one against the rest.

    Raises NotReady when no class has both rows that are of it and rows that are not.
    """
    cases = seen.cases("test")
    found = []
    for code in _codes(cases) if cases is not None else ():
        assert cases is not None
        hit = cases.truth == code
        if 0 < int(hit.sum()) < cases.n:
            made = band(seen.draws("test"), cases.score[:, code], hit)
            found.append(_series(cases.classes[code], made))
    if not found:
        hint = "Collect more rows."
        raise NotReady("No test row, or every one, is of the class that is sought.", hint=hint)
    return tuple(found)


def _codes(cases: Predictions) -> list[int]:
    if len(cases.classes) == 2:  # noqa: PLR2004
        return [1]
    common = np.bincount(cases.truth.astype(np.int64), minlength=len(cases.classes))
    return [int(code) for code in np.argsort(-common, kind="stable")[:MOST_CLASSES]]


def _series(name: str, band: Band) -> Series:
    x, y, low, high = (
        tuple(float(one) for one in ends) for ends in (band.x, band.y, band.low, band.high)
    )
    return Series(name=name, x=x, y=y, low=low, high=high, counts=tuple(band.counts.tolist()))


def told(line: Series, at: float) -> str:
    """The share at one place of the curve with its band, in per cent."""
    place = int(np.argmin(np.abs(np.array(line.x) - at)))
    value, low, high = (100 * ends[place] for ends in (line.y, line.low, line.high))
    return f"{value:.0f} % ({low:.0f} to {high:.0f})"


def roc(draws: Resampling, score: Floats, hit: NDArray[np.bool_]) -> Band:
    """Share found (of (n,) ``hit``) at each share wrongly called; both kinds must be there.

    Bands are percentiles of the bootstrap, and nowhere narrower than Wilson's for the positives.
    """

    def read(found: Floats, missed: Floats) -> Floats:
        wrong = missed / missed[:, -1:]
        place = _places(wrong, AT, "right") - 1
        reached = np.take_along_axis(found, np.maximum(place, 0), 1) / found[:, -1:]
        return np.where(place < 0, 0.0, reached)

    value, low, high = _drawn(draws, score, hit, read)
    n = int(hit.sum())
    own = [wilson(round(share * n), n) for share in value]
    return _widened(value, low, high, own, np.full(len(AT), n))


def precision_recall(draws: Resampling, score: Floats, hit: NDArray[np.bool_]) -> Band:
    """Share of calls that are right at each share found; both kinds must be there.

    Bands are percentiles of the bootstrap, and nowhere narrower than Wilson's for the calls.
    """

    def read(found: Floats, missed: Floats) -> Floats:
        place = _places(found / found[:, -1:], AT - 1e-12, "left")
        right = np.take_along_axis(found, place, 1)
        return right / (right + np.take_along_axis(missed, place, 1))

    def calls(found: Floats, missed: Floats) -> Floats:
        place = _places(found / found[:, -1:], AT - 1e-12, "left")
        return np.take_along_axis(found + missed, place, 1)

    value, low, high = _drawn(draws, score, hit, read)
    n = calls(*_steps(score, hit, np.ones((1, len(score)))))[0].astype(np.int64)
    own = [wilson(round(share * one), int(one)) for share, one in zip(value, n, strict=True)]
    return _widened(value, low, high, own, n)


SHARES = np.linspace(0.02, 1, 50)
"""Where the curve of gains is read: shares of the rows, the highest scores first."""


def gain(draws: Resampling, score: Floats, hit: NDArray[np.bool_]) -> Band:
    """Share found (of (n,) ``hit``, one at least) in each share of the rows, the highest first.

    Rows that tie are taken in equal parts, as by the metrics at capacity. Bands are percentiles of
    the bootstrap, and nowhere narrower than Wilson's for the positives.
    """

    def read(found: Floats, missed: Floats) -> Floats:
        upto = found + missed
        rows = zip(upto, found, taken(upto[:, -1:]), strict=True)
        reached = [np.interp(most, np.r_[0, u], np.r_[0, f]) for u, f, most in rows]
        return np.array(reached).reshape(len(found), len(SHARES)) / found[:, -1:]

    value, low, high = _drawn(draws, score, hit, read)
    n = int(hit.sum())
    own = [wilson(round(share * n), n) for share in value[:-1]]  # of all rows all are found
    own.append(Interval(value=1.0, low=1.0, high=1.0))
    counts = taken(np.array([float(len(score))])).astype(np.int64)
    return replace(_widened(value, low, high, own, counts), x=SHARES)


def taken(n: Floats) -> Floats:
    """How many rows each share of ``n`` (..., 1) is, as the metrics at capacity count: (..., p)."""
    return np.asarray(np.maximum(1, np.floor(SHARES * n + 1e-9)))


def _widened(
    value: Floats, low: Floats, high: Floats, own: list[Interval], n: NDArray[np.int64]
) -> Band:
    lows = np.array([one.low for one in own])
    highs = np.array([one.high for one in own])
    return Band(AT, value, np.minimum(low, lows), np.maximum(high, highs), n)


def _drawn(
    draws: Resampling, score: Floats, hit: NDArray[np.bool_], read: Read
) -> tuple[Floats, Floats, Floats]:
    """The curve on all rows, and the ends of what resamples give."""
    value = read(*_steps(score, hit, np.ones((1, len(score)))))[0]
    sample = draws.sample(len(score))
    some, hits = score[sample.rows], hit[sample.rows]
    every = [np.empty((0, len(value)))]
    for weights in sample.weights():
        known = ((weights @ hits) > 0) & (((weights @ ~hits) > 0) | hits.all())
        every.append(read(*_steps(some, hits, weights[known])))
    low, high = np.quantile(np.concatenate(every), [0.025, 0.975], axis=0)
    if sample.partial:
        centre = read(*_steps(some, hits, np.ones((1, len(some)))))[0]
        scale = np.sqrt(sample.kept / sample.units)
        low, high = value + scale * (low - centre), value + scale * (high - centre)
    return value, np.clip(low, 0, value), np.clip(high, value, 1)


def _steps(score: Floats, hit: NDArray[np.bool_], weights: Floats) -> tuple[Floats, Floats]:
    """Hits and misses from the highest score down to each distinct one: (r, m) each."""
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(score[order]) != 0, True])
    drawn, right = weights[:, order], hit[order]
    return np.cumsum(drawn * right, axis=1)[:, ends], np.cumsum(drawn * ~right, axis=1)[:, ends]


def _places(rising: Floats, at: Floats, side: str) -> NDArray[np.int64]:
    """Where ``at`` stands in each rising row, as searchsorted says, inside the row: (r, p)."""
    found = [np.searchsorted(row, at, side=side) for row in rising]  # type: ignore[call-overload]
    last = rising.shape[1] - (side == "left")
    places = np.array(found, dtype=np.int64).reshape(len(rising), len(at))
    return np.asarray(np.minimum(places, last), dtype=np.int64)
