from statistics import NormalDist

import numpy as np
from proving import FULL

from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.curve_bands import AT, Band, precision_recall, roc

NORMAL, SHARE, APART = NormalDist(), 0.3, 1.2
TIMES = 1000 if FULL else 60


def held(make: object, truth: list[float], n: int = 500) -> np.ndarray:
    """By point, how often in 100 the band held the true curve."""
    inside = np.zeros(len(AT))
    for seed in range(TIMES):
        draw = np.random.default_rng(seed)
        hit = draw.random(n) < SHARE
        score = draw.normal(APART * hit)
        band: Band = make(Bootstrap(200, seed), score, hit)  # type: ignore[operator]
        inside += (band.low <= truth) & (truth <= band.high)
    return 100 * inside / TIMES


def test_the_roc_band_holds_the_true_curve_as_often_as_it_says() -> None:
    truth = [NORMAL.cdf(APART + NORMAL.inv_cdf(x)) for x in AT]
    found = held(roc, truth)
    print(f"ROC: {found.mean():.1f} of 100, between {found.min():.1f} and {found.max():.1f}")
    assert 92 <= found.mean() <= 99
    assert found.min() >= (91 if FULL else 85)


def test_the_precision_recall_band_holds_the_true_curve_as_often_as_it_says() -> None:
    cut = [APART - NORMAL.inv_cdf(x) for x in AT]
    right = [SHARE * x for x in AT]
    wrong = [(1 - SHARE) * (1 - NORMAL.cdf(c)) for c in cut]
    truth = [a / (a + b) for a, b in zip(right, wrong, strict=True)]
    found = held(precision_recall, truth)
    print(f"PR: {found.mean():.1f} of 100, between {found.min():.1f} and {found.max():.1f}")
    assert 92 <= found.mean() <= 99
    assert found.min() >= (91 if FULL else 85)
