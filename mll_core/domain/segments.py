"""Weak segments: found among one half of the rows, confirmed on the other.

A segment is one part of a column, or one part of each of two columns. In the half that is searched
those with the highest mean loss stand out, also by luck; so only a few are asked about, and the
other half, which had no say in choosing them, answers. Holm's correction counts those few, the most
promising with the most weight.

How small a segment can be found (1,200 rows, 15 % wrong elsewhere, 45 % there; simulated): of rows
that stand alone one of about 130 rows is found 99 times in 100. In groups of five, where 27 groups
say no more than 27 rows, 32 times; worse by 60 points in place of 30, 86 times, and one of 80
groups (400 of 3,600 rows) 95 times. False finds stay under 4 in 100 tables of noise. So few groups
cannot say more: a search of all rows at once, without a half to confirm, that counts how many it
looked at by shuffling, finds it 42 times; other halves, fewer questions, searching both ways or
counting groups in place of their errors, 28 to 38 times in place of 32. ``least`` tells how much
worse a segment must be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.bins import Parts
from mll_core.domain.significance import beyond, holm
from mll_core.domain.task import Codes, Floats

FEWEST = 50
"""Rows a segment must have in each half."""
ASKED = 8
"""Segments that are asked about on the other half."""
ALIKE = 0.8
"""Two segments that share more than this of the smaller one's rows are one finding."""
PROMISING = 1.5
LEVEL = 0.05
LEAST = 1e-6
"""The least weight of a segment that is asked about."""
TENTH = 0.1
TRIES = 20
SURE, POWER = 2.4977, 0.8416
"""Normal quantiles of LEVEL / ASKED, one-sided, and of 4 times in 5."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Segment:
    """A part of the rows, and its mean loss against all other rows' on the half that confirms.

    ``p``: one-sided, after Holm's correction over all that were asked about.
    """

    where: tuple[tuple[str, str], ...]
    rows: int
    loss: float
    others: float
    error: float
    p: float
    places: tuple[int, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it is confirmed."""
        return self.p < LEVEL

    @property
    def name(self) -> str:
        """In words: the columns and their parts."""
        return " and ".join(f"{column} is {part}" for column, part in self.where)


@dataclass(frozen=True, eq=False)
class Half:
    """Some of the rows: what each lost, which belong together."""

    mask: Mask
    loss: Floats
    groups: Codes

    def against(self, inside: Mask) -> tuple[float, float, float]:
        """Mean loss inside, outside, and the standard error of the difference, by group."""
        mine, loss = inside[self.mask], self.loss
        n, rest = int(mine.sum()), int((~mine).sum())
        here, there = float(loss[mine].mean()), float(loss[~mine].mean())
        pull = np.where(mine, (loss - here) / n, -(loss - there) / rest)
        each = np.bincount(self.groups, weights=pull)
        return here, there, float(np.sqrt((each**2).sum()))


def find(
    columns: Sequence[Parts], loss: Floats, groups: Codes | None = None, seed: int = 0
) -> tuple[tuple[Segment, ...], int]:
    """The segments asked about, surest first, and how many were looked at to find them.

    ``loss`` (n,): more is worse. ``groups`` (n,): rows that belong together are in one half.
    """
    one, other = _halves(loss, groups, seed)
    looked, promising = 0, []
    for where, inside in _candidates(columns, one.mask):
        looked += 1
        if inside[other.mask].sum() < FEWEST or not (~inside)[other.mask].any():
            continue
        here, there, error = one.against(inside)
        z = (here - there) / error if error > 0 else 0.0
        if z > PROMISING:
            promising.append((z, where, inside))
    asked = _different(sorted(promising, key=lambda found: -found[0]))
    measured = [(where, inside, *other.against(inside)) for _, where, inside in asked]
    chances = [beyond((h - t) / e) if e > 0 else 1.0 for _, _, h, t, e in measured]
    p = holm(chances, _expected([z for z, _, _ in asked]))
    found = [
        Segment(where, int(inside[other.mask].sum()), h, t, e, float(chance), _some(inside, loss))
        for (where, inside, h, t, e), chance in zip(measured, p, strict=True)
    ]
    return tuple(sorted(found, key=lambda segment: segment.p)), looked


def least(loss: Floats, groups: Codes | None = None, share: float = TENTH) -> float:
    """How much worse than the others a segment of this share of the rows must be to be confirmed
    about 4 times in 5; all that may be asked about are counted.

    From the error by group of the mean; yes or no (0 or 1) varies more where it is more often yes.
    """
    codes = np.arange(len(loss)) if groups is None else np.unique(groups, return_inverse=True)[1]
    middle = float(loss.mean())
    away = np.bincount(codes, weights=loss - middle)
    half = float(np.sqrt(2 * (away**2).sum())) / len(loss)
    worse, more, counted = 0.0, 1.0, bool(np.isin(loss, (0.0, 1.0)).all()) and 0 < middle < 1
    for _ in range(TRIES):
        worse = (SURE + POWER) * half * float(np.sqrt(more / share + 1 / (1 - share)))
        rate = min(max(0.5, middle), middle + worse)
        more = rate * (1 - rate) / (middle * (1 - middle)) if counted else 1.0
    return worse


def _halves(loss: Floats, groups: Codes | None, seed: int) -> tuple[Half, Half]:
    together = np.arange(len(loss)) if groups is None else np.unique(groups, return_inverse=True)[1]
    sides = np.random.default_rng((seed, 8)).permutation(int(together.max()) + 1) % 2 == 0
    first = sides[together]
    return _half(first, loss, together), _half(~first, loss, together)


def _half(mask: Mask, loss: Floats, together: Codes) -> Half:
    return Half(mask, loss[mask], np.unique(together[mask], return_inverse=True)[1])


def _candidates(
    columns: Sequence[Parts], searched: Mask
) -> "list[tuple[tuple[tuple[str, str], ...], Mask]]":
    single = [
        (((part.column, name),), part.codes == code)
        for part in columns
        for code, name in enumerate(part.names)
    ]
    single = [(where, inside) for where, inside in single if inside[searched].sum() >= FEWEST]
    pairs = []
    for (one, mine), (other, theirs) in combinations(single, 2):
        if one[0][0] != other[0][0]:
            both = mine & theirs
            if both[searched].sum() >= FEWEST:
                pairs.append(((*one, *other), both))
    return [*single, *pairs]


def _expected(z: Sequence[float]) -> list[float]:
    """How much is expected of each by the half that was searched: its likelihood there."""
    most = max(z, default=0.0)
    return [max(LEAST, float(np.exp((one**2 - most**2) / 2))) for one in z]


def _different(
    ranked: "list[tuple[float, tuple[tuple[str, str], ...], Mask]]",
) -> "list[tuple[float, tuple[tuple[str, str], ...], Mask]]":
    kept: list[tuple[float, tuple[tuple[str, str], ...], Mask]] = []
    for found in ranked:
        inside = found[2]
        shared = (_shared(inside, one) for _, _, one in kept)
        if len(kept) < ASKED and all(share <= ALIKE for share in shared):
            kept.append(found)
    return kept


def _shared(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / max(1, min(one.sum(), other.sum())))


def _some(inside: Mask, loss: Floats, most: int = 100) -> tuple[int, ...]:
    """Its rows that lost most."""
    places = np.flatnonzero(inside)
    return tuple(places[np.argsort(-loss[places], kind="stable")][:most].tolist())
