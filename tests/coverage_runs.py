"""How often 95 % intervals hold the truth, by simulation with truths that are known."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from mll_core.catalog import METRICS
from mll_core.domain.task import Predictions
from mll_core.infra import curve_bands
from mll_core.infra.bootstrap import Bootstrap

Draw = Callable[[np.random.Generator], tuple[Predictions, "np.ndarray | None"]]
SHIFT = 1.2


def two_classes(draw: np.random.Generator, n: int = 300) -> tuple[Predictions, None]:
    """Normal scores, those of positives SHIFT higher: the area is known."""
    truth = (draw.random(n) < 0.4).astype(np.int64)
    score = norm.cdf(draw.normal(SHIFT * truth - SHIFT / 2, 1))
    both = np.c_[1 - score, score]
    return Predictions(truth, both, (score >= 0.5).astype(np.int64), ("no", "yes")), None


def numbers(draw: np.random.Generator, n: int = 300) -> tuple[Predictions, None]:
    """Errors of mean absolute size 1."""
    truth = draw.normal(50, 10, n)
    score = truth + draw.laplace(0, 1, n)
    return Predictions(truth, score, score), None


def customers(draw: np.random.Generator, groups: int = 120) -> tuple[Predictions, np.ndarray]:
    """Five rows of each of some customers, whose errors go together."""
    codes = np.repeat(np.arange(groups), 5)
    truth = draw.normal(50, 10, len(codes))
    score = truth + draw.laplace(0, 1, groups)[codes]
    return Predictions(truth, score, score), codes


def few(make: Callable[..., tuple[Predictions, "np.ndarray | None"]], n: int) -> Draw:
    """The same with fewer rows, or customers."""
    return lambda draw: make(draw, n)


def repeated(customers: int, times: int = 5) -> Draw:
    """Each of so many rows several times: a customer whose rows are all alike."""

    def make(draw: np.random.Generator) -> tuple[Predictions, np.ndarray]:
        rows = np.repeat(np.arange(customers), times)
        return two_classes(draw, customers)[0].take(rows), rows

    return make


KNOWN: dict[str, tuple[Draw, float]] = {
    "accuracy": (two_classes, float(norm.cdf(SHIFT / 2))),
    "recall": (two_classes, float(norm.cdf(SHIFT / 2))),
    "roc_auc": (two_classes, float(norm.cdf(SHIFT / np.sqrt(2)))),
    "mae": (numbers, 1.0),
    "rmse": (numbers, float(np.sqrt(2))),
    "mae, by customer": (customers, 1.0),
    "mae, by 60 customers": (few(customers, 60), 1.0),
    "mae, 60 rows": (few(numbers, 60), 1.0),
    "accuracy, 60 rows": (few(two_classes, 60), float(norm.cdf(SHIFT / 2))),
    "roc_auc, 60 rows": (few(two_classes, 60), float(norm.cdf(SHIFT / np.sqrt(2)))),
    "rmse, 60 rows": (few(numbers, 60), float(np.sqrt(2))),
    "rmse, by 60 customers": (few(customers, 60), float(np.sqrt(2))),
    "mae, by 20 customers": (few(customers, 20), 1.0),
    "recall, 40 rows": (few(two_classes, 40), float(norm.cdf(SHIFT / 2))),
    "accuracy, by 60 customers": (repeated(60), float(norm.cdf(SHIFT / 2))),
}


def gains(times: int, customers: int = 60) -> float:
    """In what share of simulations the band of gains at a fifth of the rows holds the truth, where
    each customer has five rows that are alike."""
    place = int(np.argmin(np.abs(curve_bands.SHARES - 0.2)))
    edge = brentq(
        lambda at: 0.4 * norm.sf(at - SHIFT / 2) + 0.6 * norm.sf(at + SHIFT / 2) - 0.2, 0, 3
    )
    truth, held = norm.sf(edge - SHIFT / 2), 0
    for seed in range(times):
        cases, codes = repeated(customers)(np.random.default_rng((9, seed)))
        band = curve_bands.gain(Bootstrap(1000, seed, codes), cases.score[:, 1], cases.truth == 1)
        held += band.low[place] <= truth <= band.high[place]
    return held / times


def share(name: str, times: int, resamples: int = 300, *, by_group: bool = True) -> float:
    """In what share of ``times`` simulations the interval holds the truth."""
    make, truth = KNOWN[name]
    kind, held = name.partition(",")[0], 0
    for seed in range(times):
        cases, codes = make(np.random.default_rng((7, seed)))
        draws = Bootstrap(resamples, seed, codes if by_group else None)
        found = draws.intervals({kind: METRICS[kind].of()}, cases)[kind]
        held += found.low <= truth <= found.high
    return held / times
