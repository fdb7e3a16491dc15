import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from mll_core.infra import folds
from mll_core.infra.folds import Beside, Layout

labels = st.lists(st.integers(0, 3), min_size=30, max_size=200).map(np.array)
seeds = st.integers(0, 1000)


def check_partition(cuts: folds.Cuts, n: int) -> None:
    for learn, valid in cuts:
        assert sorted([*learn, *valid]) == [*range(n)]
    assert sorted(np.concatenate([valid for _, valid in cuts])) == [*range(n)]


@given(labels, st.integers(2, 6), seeds)
def test_stratified_folds_part_the_rows_and_keep_each_class_within_one_row(
    y: np.ndarray, k: int, seed: int
) -> None:
    cuts = folds.cuts(y, Layout("stratified", k, 1, seed))
    check_partition(cuts, len(y))
    for label in np.unique(y):
        counts = [int((y[valid] == label).sum()) for _, valid in cuts]
        assert max(counts) - min(counts) <= 1
    sizes = [len(valid) for _, valid in cuts]
    assert max(sizes) - min(sizes) <= 1


def test_class_counts_per_fold_are_those_of_scikit_learn() -> None:
    y = np.array([0] * 50 + [1] * 30 + [2] * 20)
    mine = folds.cuts(y, Layout("stratified", 5, 1, 0))
    theirs = StratifiedKFold(5, shuffle=True, random_state=0).split(y, y)
    for (_, a), (_, b) in zip(mine, theirs, strict=True):
        assert np.bincount(y[a]).tolist() == np.bincount(y[b]).tolist()


@given(st.lists(st.integers(0, 9), min_size=40, max_size=200), seeds)
def test_no_group_is_on_both_sides(groups: list[int], seed: int) -> None:
    names = np.array([*groups, *range(10)]).astype(str)
    cuts = folds.cuts(np.zeros(len(names)), Layout("group", 4, 1, seed), Beside(groups=names))
    check_partition(cuts, len(names))
    assert all(not set(names[a]) & set(names[b]) for a, b in cuts)
    tested = folds.draw_groups(names, 0.2, np.random.default_rng(seed))
    assert tested.any()
    assert not set(names[tested]) & set(names[~tested])


@given(st.lists(st.integers(0, 30), min_size=40, max_size=200))
def test_windows_learn_from_the_past_only(days: list[int]) -> None:
    times = np.array([*days, *range(31)]).astype("datetime64[D]")
    cuts = folds.cuts(np.zeros(len(times)), Layout("time", 4, 1, 0), Beside(times=times))
    assert 1 <= len(cuts) <= 4  # rows of one moment are never parted
    for learn, valid in cuts:
        assert times[learn].max() < times[valid].min()
    assert np.all(times[cuts[-1][1]].max() == times.max())
    newest = folds.draw_newest(times, 0.2)
    assert times[newest].min() > times[~newest].max()


@given(labels, st.floats(0.05, 0.5), seeds)
def test_each_stratum_is_tested_by_its_share_within_one_row(
    y: np.ndarray, share: float, seed: int
) -> None:
    stratum = folds.strata(y)
    tested = folds.draw_strata(stratum, share, np.random.default_rng(seed))
    for code, count in enumerate(np.bincount(stratum)):
        got = int(tested[stratum == code].sum())
        assert abs(got - share * count) <= 1
        if count >= 3:
            assert got >= 1
            assert count - got >= 2 or count == 3


def test_numbers_are_spread_over_ten_bins_and_equal_values_share_one() -> None:
    y = np.r_[np.zeros(50), np.arange(50.0)]
    bins = folds.strata(y)
    assert len(set(bins[y == 0])) == 1
    assert len(set(bins)) <= 10
    assert (np.diff(bins[50:]) >= 0).all()


def test_repeats_differ_and_the_seed_decides() -> None:
    y = np.arange(100) % 2
    first = folds.cuts(y, Layout("stratified", 5, 2, 7))
    assert len(first) == 10
    assert not np.array_equal(first[0][1], first[5][1])
    for (a, b), (c, d) in zip(first, folds.cuts(y, Layout("stratified", 5, 2, 7)), strict=True):
        assert np.array_equal(a, c)
        assert np.array_equal(b, d)
    other = folds.cuts(y, Layout("stratified", 5, 2, 8))
    assert not np.array_equal(first[0][1], other[0][1])


@pytest.mark.parametrize("kind", ["random", "stratified", "group", "time"])
def test_one_fold_is_one_cut(kind: folds.Kind) -> None:
    by = Beside(np.arange(500) // 5, np.arange(500) // 5)
    ((learn, valid),) = folds.cuts(np.arange(500) % 2, Layout(kind, 1, 1, 0), by)
    assert len(valid) == pytest.approx(100, abs=5)
    assert sorted([*learn, *valid]) == [*range(500)]


def test_a_missing_group_is_a_group_and_a_missing_time_the_oldest() -> None:
    groups = np.array(["a", None, "b", None] * 10, dtype=object)
    for learn, valid in folds.cuts(np.zeros(40), Layout("group", 2, 1, 0), Beside(groups=groups)):
        assert len({groups[i] is None for i in valid} & {groups[i] is None for i in learn}) <= 1
    times = np.array([np.datetime64("NaT")] * 10 + [*np.arange(30).astype("datetime64[D]")])
    assert not folds.draw_newest(times, 0.2)[:10].any()
