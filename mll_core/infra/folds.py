"""Which rows are tested and which are learned from: every draw is a function of the seed alone.

Strata are classes, or for numbers up to ten bins of equally many rows. A row's stratum, group or
time is all that is looked at.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.data import Split

Kind: TypeAlias = Literal["random", "stratified", "time", "group"]
Values: TypeAlias = NDArray[Any]
Rows: TypeAlias = NDArray[np.int64]
Cuts: TypeAlias = list[tuple[Rows, Rows]]
"""(rows to learn from, rows to validate on) per fold, as positions in ascending order."""

BINS = 10
RAREST = 3
"""Rows a class must have: one for the test, and two so that it is in every fold's training."""
ONE_CUT = 0.2
"""Share of the rows validated on when there is one cut instead of folds."""


@dataclass(frozen=True)
class Layout:
    """What the folds depend on besides the rows."""

    kind: Kind
    folds: int
    repeats: int
    seed: int


def folds(y: Values, split: Split, groups: object = None, times: object = None) -> Cuts:
    """The folds of ``split`` over its development rows in their order, repeats one after another.

    ``y``: (n,) class codes or labels, or float values to be binned. ``groups`` or ``times``: (n,)
    values of ``split.column``, needed when the kind of split has one, as
    ``splitter.deciding`` gives them; a missing group is a group,
    a missing time the oldest. Stratified, random and group folds validate each row once per
    repeat; windows by time learn from what came before and never validate the oldest rows; one
    fold is one cut. ValueError when the column that the kind needs is not given,
    or times are text.
    """
    by = times if split.kind == "time" else groups
    if split.kind in ("time", "group") and by is None:
        raise ValueError(f"a {split.kind} split needs the values of {split.column!r}")
    if split.kind == "time" and not _in_order(by):
        raise ValueError(f"the times in {split.column!r} are text: see splitter.deciding")
    return cuts(y, Layout(split.kind, split.folds, split.repeats, split.seed), by)


def cuts(y: Values, layout: Layout, by: object = None) -> Cuts:
    """The same for a layout that is not part of a split yet."""
    if layout.kind == "time":
        return _expanding(_codes(by, ordered=True), layout.folds)
    made: Cuts = []
    for repeat in range(layout.repeats):
        made += _redrawn(y, layout, by, np.random.default_rng((layout.seed, 1, repeat)))
    return made


def strata(y: Values) -> Rows:
    """A code per row: its class, or its bin when ``y`` holds floats. Equal values share a bin."""
    if not np.issubdtype(y.dtype, np.floating):
        return _codes(y)
    values = y.astype(np.float64)
    edges = np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1])
    return np.searchsorted(edges, values, side="right").astype(np.int64)


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
    codes = _codes(groups)
    sizes = np.bincount(codes)
    order = rng.permutation(len(sizes))
    goal = share * len(codes)
    total, chosen = 0, []
    for group in order:
        if total + sizes[group] <= goal:
            chosen.append(group)
            total += int(sizes[group])
    smallest = order[np.argmin(sizes[order])]
    return np.isin(codes, chosen or [smallest])


def draw_newest(times: object, share: float) -> NDArray[np.bool_]:
    """Which rows to test: the newest, about ``share``; rows of one moment stay together."""
    codes = _codes(times, ordered=True)
    (cut,) = _cut_points(codes, [1 - share])
    return codes >= cut


def _redrawn(y: Values, split: Layout, groups: object, rng: np.random.Generator) -> Cuts:
    rows = np.arange(len(y))
    if split.kind == "group":
        codes = _codes(groups)
        if split.folds == 1:
            return _cuts(rows, draw_groups(codes, ONE_CUT, rng).astype(np.int64) - 1, 1)
        return _cuts(rows, _deal_groups(codes, split.folds, rng)[codes], split.folds)
    stratum = strata(y) if split.kind == "stratified" else np.zeros(len(y), dtype=np.int64)
    if split.folds == 1:
        return _cuts(rows, draw_strata(stratum, ONE_CUT, rng).astype(np.int64) - 1, 1)
    # Dealt like cards, stratum after stratum: sizes differ by one row at most, in each and in all.
    fold = np.empty(len(y), dtype=np.int64)
    fold[np.lexsort((rng.permutation(len(y)), stratum))] = np.arange(len(y)) % split.folds
    return _cuts(rows, fold, split.folds)


def _cuts(rows: Rows, fold: Rows, k: int) -> Cuts:
    return [(rows[fold != i], rows[fold == i]) for i in range(k)]


def _deal_groups(codes: Rows, k: int, rng: np.random.Generator) -> Rows:
    """The fold of each group: large ones first, each to the fold with the fewest rows."""
    sizes = np.bincount(codes)
    order = np.lexsort((rng.permutation(len(sizes)), -sizes))
    load, fold = np.zeros(k, dtype=np.int64), np.empty(len(sizes), dtype=np.int64)
    # Equally light folds are told apart by a draw, so that repeats differ.
    tie = rng.permutation(k)
    for group in order:
        fold[group] = lightest = tie[np.argmin(load[tie])]
        load[lightest] += sizes[group]
    return fold


def _expanding(codes: Rows, k: int) -> Cuts:
    """Window i learns from the first i + 1 of k + 1 blocks and validates on the next one."""
    rows = np.arange(len(codes))
    if k == 1:
        (cut,) = _cut_points(codes, [1 - ONE_CUT])
        return [(rows[codes < cut], rows[codes >= cut])]
    cuts = _cut_points(codes, [i / (k + 1) for i in range(1, k + 1)])
    ends = [*cuts[1:], int(codes.max()) + 1]
    pairs = zip(cuts, ends, strict=True)
    return [(rows[codes < a], rows[(codes >= a) & (codes < b)]) for a, b in pairs if b > a]


def _cut_points(codes: Rows, shares: list[float]) -> list[int]:
    """Per share of the rows, the moment that splits nearest to it, never before the first."""
    below = np.cumsum(np.bincount(codes))[:-1]  # rows before moment i + 1
    return sorted({int(np.argmin(np.abs(below - share * len(codes)))) + 1 for share in shares})


def _codes(values: object, *, ordered: bool = False) -> Rows:
    """A code per row from 0 up; a missing value has one of its own, the lowest."""
    codes, _ = pd.factorize(np.asarray(values), sort=ordered)
    missing = codes == -1
    return np.asarray(codes + 1 if missing.any() else codes, dtype=np.int64)


def _in_order(values: object) -> bool:
    """Whether values sort as they happened: numbers and dates do, text may not."""
    dtype = np.asarray(values).dtype
    return np.issubdtype(dtype, np.number) or np.issubdtype(dtype, np.datetime64)
