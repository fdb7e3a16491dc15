"""Which rows are tested and which are learned from: every draw is a function of the seed alone.

Strata are classes, or for numbers what the task says: up to ten bins of equally many rows. A row's
stratum, group, time or the part it was given is all that is looked at.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.data import Split, SplitKind
from mll_core.domain.strata import EVEN, Strata

Kind: TypeAlias = SplitKind
Values: TypeAlias = NDArray[Any]
Rows: TypeAlias = NDArray[np.int64]
Cuts: TypeAlias = list[tuple[Rows, Rows]]
"""(rows to learn from, rows to validate on) per fold, as positions in ascending order."""

FREQUENT = 0.01
"""Share of the rows from which on a value is a stratum by itself, where such are wanted."""
RAREST = 3
"""Rows a class must have: one for the test, and two so that it is in every fold's training."""
ONE_CUT = 0.2
"""Share of the rows validated on when there is one cut instead of folds, and none is asked for."""
_DAY = 86_400e6


BY_TIME = ("time", "time_group")
LEARN, VALIDATE, TEST = 0, 1, 2
"""Parts a row may have been given."""


@dataclass(frozen=True, eq=False)
class Beside:
    """What decides about each row besides chance and its target; None where nothing of it does.

    ``times``: numbers or datetime64, a missing one is the oldest. ``groups``: any values, missing
    is a group. ``parts``: LEARN, VALIDATE or TEST. ``fresh``: whether it may be tested.
    """

    times: Values | None = None
    groups: Values | None = None
    parts: Values | None = None
    fresh: Values | None = None

    def take(self, rows: NDArray[Any]) -> "Beside":
        """The same for some of the rows."""
        held = (self.times, self.groups, self.parts, self.fresh)
        return Beside(*(None if values is None else values[rows] for values in held))


NOTHING = Beside()


@dataclass(frozen=True)
class Layout:
    """What the folds depend on besides the rows."""

    kind: Kind
    folds: int
    repeats: int
    seed: int
    gap: float = 0.0
    """Days (for numbers: units) before what is validated that are not learned from."""
    validation: float = ONE_CUT
    """Share of the rows validated on when there is one fold."""
    strata: Strata = EVEN
    """What numbers every fold gets its share of."""


def folds(y: Values, split: Split, beside: Beside = NOTHING) -> Cuts:
    """The folds of ``split`` over its development rows in their order, repeats one after another.

    ``y``: (n,) class codes or labels, or float values to be binned. ``beside``: what the kind of
    split goes by, as ``beside.read`` gives it. Stratified, random and group folds validate each
    row once per repeat; windows by time learn from what came before, less the gap, and never
    validate the oldest rows; one fold is one cut. ValueError when what the kind needs is not given,
    or times are text.
    """
    if split.kind in BY_TIME and beside.times is None:
        raise ValueError(f"a {split.kind} split needs the values of {split.time_column!r}")
    if split.kind in ("group", "time_group") and beside.groups is None:
        raise ValueError(f"a {split.kind} split needs the values of {split.group_column!r}")
    if split.kind in BY_TIME and not _in_order(beside.times):
        raise ValueError(f"the times in {split.time_column!r} are text: see beside.read")
    layout = Layout(
        kind=split.kind,
        folds=split.folds,
        repeats=split.repeats,
        seed=split.seed,
        gap=split.gap,
        validation=split.validation or ONE_CUT,
        strata=split.strata,
    )
    return cuts(y, layout, beside)


def cuts(y: Values, layout: Layout, beside: Beside = NOTHING) -> Cuts:
    """The same for a layout that is not part of a split yet."""
    if beside.parts is not None and (held := beside.parts == VALIDATE).any():
        rows = np.arange(len(y))
        return [(rows[~held], rows[held])]
    if layout.kind in BY_TIME:
        windows = _expanding(codes(beside.times, ordered=True), layout)
        apart = [(_apart(learn, valid, layout, beside), valid) for learn, valid in windows]
        return [(learn, valid) for learn, valid in apart if len(learn)]
    made: Cuts = []
    for repeat in range(layout.repeats):
        rng = np.random.default_rng((layout.seed, 1, repeat))
        made += _redrawn(y, layout, beside.groups, rng)
    return made


def strata(y: Values, how: Strata = EVEN) -> Rows:
    """A code per row: its class, or its bin when ``y`` holds floats. Equal values share a bin."""
    if not np.issubdtype(y.dtype, np.floating):
        return codes(y)
    values = y.astype(np.float64)
    edges = np.quantile(values, how.levels)
    if how.each:
        known, times = np.unique(values, return_counts=True)
        often = known[times >= max(RAREST, FREQUENT * len(values))]
        edges = np.unique(np.r_[edges, often, np.nextafter(often, np.inf)])
    return codes(np.searchsorted(edges, values, side="right"), ordered=True)


def draw_strata(stratum: Rows, share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which rows to test: ``share`` of each stratum, rounded, and of all rows together.

    Of every stratum with three rows or more, at least one is tested and two are not.
    """
    counts = np.bincount(stratum)
    exact = counts * share
    take = np.floor(exact).astype(np.int64)
    short = round(len(stratum) * share) - int(take.sum())
    by_need = np.argsort(-(exact - take), kind="stable")
    take[by_need[: max(short, 0)]] += 1
    take = np.where(counts >= RAREST, np.clip(take, 1, np.maximum(counts - 2, 1)), take)
    order = np.lexsort((rng.permutation(len(stratum)), stratum))
    nth = np.arange(len(stratum)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = np.zeros(len(stratum), dtype=np.bool_)
    chosen[order] = nth < np.repeat(take, counts)
    return chosen


def draw_groups(groups: object, share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which rows to test: whole groups, about ``share`` of the rows, at least one group."""
    of = codes(groups)
    sizes = np.bincount(of)
    order = rng.permutation(len(sizes))
    goal = share * len(of)
    total, chosen = 0, []
    for group in order:
        if total + sizes[group] <= goal:
            chosen.append(group)
            total += int(sizes[group])
    smallest = order[np.argmin(sizes[order])]
    return np.isin(of, chosen or [smallest])


def draw_newest(times: object, share: float) -> NDArray[np.bool_]:
    """Which rows to test: the newest, about ``share``; rows of one moment stay together."""
    moments = codes(times, ordered=True)
    (cut,) = _cut_points(moments, [1 - share])
    return moments >= cut


def in_gap(times: Values, tested: NDArray[np.bool_], gap: float) -> NDArray[np.bool_]:
    """Which rows lie inside the gap before the oldest of the tested: later than its start."""
    if not gap:
        return np.zeros(len(times), dtype=np.bool_)
    first: Any = np.min(times[tested])
    length: Any = gap
    if np.issubdtype(times.dtype, np.datetime64):
        length = np.timedelta64(round(gap * _DAY), "us")
    return np.asarray((times > first - length) & ~tested)


def kin(groups: Values, tested: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows that are not tested are of a group that is."""
    of = codes(groups)
    return np.isin(of, of[tested]) & ~tested


def _apart(learn: Rows, valid: Rows, layout: Layout, beside: Beside) -> Rows:
    """Those of ``learn`` that are outside the gap, and of no group that is validated."""
    both, held = np.r_[learn, valid], np.r_[np.zeros(len(learn), bool), np.ones(len(valid), bool)]
    here = beside.take(both)
    out = np.zeros(len(both), dtype=np.bool_)
    if here.times is not None:
        out |= in_gap(here.times, held, layout.gap)
    if layout.kind == "time_group" and here.groups is not None:
        out |= kin(here.groups, held)
    return learn[~out[: len(learn)]]


def _redrawn(y: Values, split: Layout, groups: object, rng: np.random.Generator) -> Cuts:
    rows = np.arange(len(y))
    if split.kind == "group":
        of = codes(groups)
        if split.folds == 1:
            return _cuts(rows, draw_groups(of, split.validation, rng).astype(np.int64) - 1, 1)
        return _cuts(rows, _deal_groups(of, split.folds, rng)[of], split.folds)
    even = split.kind in ("stratified", "column")
    stratum = strata(y, split.strata) if even else np.zeros(len(y), dtype=np.int64)
    if split.folds == 1:
        return _cuts(rows, draw_strata(stratum, split.validation, rng).astype(np.int64) - 1, 1)
    # Dealt like cards, stratum after stratum: sizes differ by one row at most, in each and in all.
    fold = np.empty(len(y), dtype=np.int64)
    fold[np.lexsort((rng.permutation(len(y)), stratum))] = np.arange(len(y)) % split.folds
    return _cuts(rows, fold, split.folds)


def _cuts(rows: Rows, fold: Rows, k: int) -> Cuts:
    return [(rows[fold != i], rows[fold == i]) for i in range(k)]


def _deal_groups(of: Rows, k: int, rng: np.random.Generator) -> Rows:
    """The fold of each group: large ones first, each to the fold with the fewest rows."""
    sizes = np.bincount(of)
    order = np.lexsort((rng.permutation(len(sizes)), -sizes))
    load, fold = np.zeros(k, dtype=np.int64), np.empty(len(sizes), dtype=np.int64)
    # Equally light folds are told apart by a draw, so that repeats differ.
    tie = rng.permutation(k)
    for group in order:
        fold[group] = lightest = tie[np.argmin(load[tie])]
        load[lightest] += sizes[group]
    return fold


def _expanding(moments: Rows, layout: Layout) -> Cuts:
    """Window i learns from the first i + 1 of k + 1 blocks and validates on the next one."""
    rows, k = np.arange(len(moments)), layout.folds
    if k == 1:
        (cut,) = _cut_points(moments, [1 - layout.validation])
        return [(rows[moments < cut], rows[moments >= cut])]
    cuts = _cut_points(moments, [i / (k + 1) for i in range(1, k + 1)])
    ends = [*cuts[1:], int(moments.max()) + 1]
    pairs = zip(cuts, ends, strict=True)
    return [(rows[moments < a], rows[(moments >= a) & (moments < b)]) for a, b in pairs if b > a]


def _cut_points(moments: Rows, shares: list[float]) -> list[int]:
    """Per share of the rows, the moment that splits nearest to it, never before the first."""
    below = np.cumsum(np.bincount(moments))[:-1]  # rows before moment i + 1
    return sorted({int(np.argmin(np.abs(below - share * len(moments)))) + 1 for share in shares})


def codes(values: object, *, ordered: bool = False) -> Rows:
    """A code per row from 0 up; a missing value has one of its own, the lowest."""
    found, _ = pd.factorize(np.asarray(values), sort=ordered)
    missing = found == -1
    return np.asarray(found + 1 if missing.any() else found, dtype=np.int64)


def _in_order(values: object) -> bool:
    """Whether values sort as they happened: numbers and dates do, text may not."""
    dtype = np.asarray(values).dtype
    return np.issubdtype(dtype, np.number) or np.issubdtype(dtype, np.datetime64)
