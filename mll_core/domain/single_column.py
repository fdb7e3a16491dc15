"""How well one column alone predicts the target, from counts per level.

A level is a value or a bin of values. Rows are parted into two halves; what is learned on one half
is scored on the other, so that a column of many rare values gets no credit for its noise.
"""

import numpy as np

from mll_core.domain.task import Floats

SMOOTHING = 10.0
"""Rows' worth of the overall average mixed into the average of each level."""


def auc(levels_by_class: Floats) -> float:
    """Area under the ROC curve of levels in ascending order; counts (levels, 2), positives last.

    Ties within a level count one half (Mann & Whitney 1947). NaN without rows of both classes.
    """
    negative, positive = levels_by_class[:, 0], levels_by_class[:, 1]
    if not negative.sum() or not positive.sum():
        return float("nan")
    below = np.cumsum(negative) - negative
    wins = float(positive @ (below + negative / 2))
    return wins / float(negative.sum() * positive.sum())


def rank_auc(counts: Floats, code: int) -> float:
    """AUC of the levels' own order for one class; counts (levels, halves, classes)."""
    both = _one_against_rest(counts, code).sum(axis=1)
    area = auc(both)
    return max(area, 1 - area)


def held_out_auc(counts: Floats, code: int) -> float:
    """AUC of each half by the smoothed class shares of the other half; the mean of the two."""
    pair = _one_against_rest(counts, code)
    areas = []
    for learn, score in ((0, 1), (1, 0)):
        rows = pair[:, learn].sum(axis=1)
        prior = pair[:, learn, 1].sum() / max(rows.sum(), 1)
        share = (pair[:, learn, 1] + SMOOTHING * prior) / (rows + SMOOTHING)
        areas.append(_auc_by(share, pair[:, score]))
    return float(np.mean(areas))


def _auc_by(share: Floats, counts: Floats) -> float:
    """AUC of levels ordered by ``share``; levels of the same share are one."""
    _, place = np.unique(share, return_inverse=True)
    merged = np.zeros((int(place.max()) + 1, 2)) if len(place) else np.zeros((0, 2))
    np.add.at(merged, place, counts)
    return auc(merged)


def _one_against_rest(counts: Floats, code: int) -> Floats:
    return np.stack([counts.sum(axis=2) - counts[:, :, code], counts[:, :, code]], axis=2)


def held_out_r2(n: Floats, total: Floats, squares: Floats) -> float:
    """R² of each half by the smoothed means of the other half; the mean of the two.

    All three are (levels, halves): rows, sum and sum of squares of the target. NaN when they are
    not finite.
    """
    if not (np.isfinite(total).all() and np.isfinite(squares).all()):
        return float("nan")
    scores = []
    for learn, score in ((0, 1), (1, 0)):
        rows = n[:, learn]
        overall = total[:, learn].sum() / max(rows.sum(), 1)
        mean = (total[:, learn] + SMOOTHING * overall) / (rows + SMOOTHING)
        left = float((squares[:, score] - 2 * mean * total[:, score] + mean**2 * n[:, score]).sum())
        rows_scored = float(n[:, score].sum())
        own = float(total[:, score].sum())
        spread = float(squares[:, score].sum()) - own**2 / max(rows_scored, 1)
        scores.append(1 - left / spread if spread > 0 else float("nan"))
    return float(np.mean(scores))
