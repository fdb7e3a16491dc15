"""Whether a rate is the same in every group: its spread, a test, and what counts as a gap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.fairness import DEFINITIONS, RATES, Definition, Parity, Verdict
from mll_core.domain.metric import shown
from mll_core.domain.task import Floats, Form, Predictions, Task
from mll_core.domain.training import Interval

SURE = 0.05
FEWEST = 20
"""Rows that must count for a rate in a group; of fewer it says too little to be an extreme."""
_OF = {
    Form.TWO: (
        "demographic_parity",
        "equal_opportunity",
        "equalised_odds",
        "predictive_parity",
        "calibration",
    ),
    Form.SEVERAL: ("even_accuracy",),
    Form.NUMBER: ("even_errors",),
}

Members = Sequence[tuple[str, NDArray[np.bool_]]]
"""Groups and the rows in each."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Predictions and the groups of one column that have enough rows; ``units``: (n,) codes of
    rows that belong together, None when each stands alone.
    """

    column: str
    members: Members
    predictions: Predictions
    units: NDArray[np.int64] | None
    together: bool = False


@dataclass(frozen=True, eq=False)
class Spread:
    """A rate in each group: (k,) values as counted, and (k,) means and variances to compare by."""

    names: tuple[str, ...]
    counts: NDArray[np.int64]
    values: Floats
    means: Floats
    variances: Floats

    @property
    def statistic(self) -> float:
        """Cochran's Q; chi-squared with k - 1 degrees of freedom when all groups are alike."""
        weights = 1 / self.variances
        middle = float((weights * self.means).sum() / weights.sum())
        return float((weights * (self.means - middle) ** 2).sum())


def parities(cases: Cases, task: Task) -> Iterator[Parity]:
    """One for each definition of the task that can be judged; ``adjusted`` is set by ``holm``."""
    for code in _OF[task.form]:
        definition = DEFINITIONS[code]
        found = [
            (rate, spread)
            for rate in definition.rates
            if (spread := spread_of(cases, rate, shares=definition.shares)) is not None
        ]
        if len(found) == len(definition.rates):
            yield _parity(cases, code, found)


def spread_of(cases: Cases, rate: str, *, shares: bool) -> Spread | None:
    """A rate in each group with at least 20 rows to count; None with fewer than two such groups.

    Shares are compared as if each group had one hit and one miss more (Agresti & Caffo, 2000);
    rows that belong together count for less by how alike they are (Kish's design effect).
    """
    hits, among = _RATE[rate](cases.predictions)
    rows = [(name, mask & (among > 0)) for name, mask in cases.members]
    rows = [(name, mask) for name, mask in rows if mask.sum() >= FEWEST]
    if len(rows) < 2:  # noqa: PLR2004  # nothing to compare
        return None
    measured = [_measured(hits[mask], _some(cases.units, mask), shares) for _, mask in rows]
    values, means, variances = (np.array(part) for part in zip(*measured, strict=True))
    counts = np.array([mask.sum() for _, mask in rows])
    return Spread(tuple(name for name, _ in rows), counts, values, means, variances)


def holm(p_values: Sequence[float]) -> list[float]:
    """Each p-value with all of them counted. Source: Holm (1979)."""
    order = np.argsort(p_values, kind="stable")
    adjusted, worst = [1.0] * len(order), 0.0
    for place, i in enumerate(order):
        worst = max(worst, min(1.0, (len(order) - place) * p_values[i]))
        adjusted[i] = worst
    return adjusted


def judged(parity: Parity, adjusted: float) -> Parity:
    """The same with the verdict that all tests together allow."""
    rule, verdict = DEFINITIONS[parity.definition], "even"
    if _wide(rule, parity.difference.value, parity.ratio):
        verdict = "uneven" if adjusted < SURE else "not sure"
    words: Mapping[str, str] = {
        "even": f"within the rule ({rule.rule})",
        "uneven": f"outside the rule ({rule.rule}), and more than chance",
        "not sure": f"outside the rule ({rule.rule}), though chance alone could do it",
    }
    sentence = f"{parity.sentence} {rule.label}: {words[verdict]}."
    change: dict[str, object] = {"adjusted": adjusted, "verdict": verdict, "sentence": sentence}
    return parity.model_copy(update=change)


def _wide(rule: Definition, difference: float, ratio: float) -> bool:
    if rule.ratio is not None:
        return ratio < rule.ratio
    return difference > (rule.gap or 0.0)


def _parity(cases: Cases, code: str, found: list[tuple[str, Spread]]) -> Parity:
    from scipy.stats import chi2

    rate, spread = max(found, key=lambda one: float(np.ptp(one[1].values)))
    freedom = sum(len(one.names) - 1 for _, one in found)
    low, high = int(spread.values.argmin()), int(spread.values.argmax())
    pairs = sum(len(list(combinations(one.names, 2))) for _, one in found)
    least, ratio = min(((of, _ratio(one.values)) for of, one in found), key=lambda of: of[1])
    verdict: Verdict = "not sure"
    return Parity(
        column=cases.column,
        together=cases.together,
        definition=code,
        rate=rate,
        lowest=spread.names[low],
        highest=spread.names[high],
        low=_interval(spread, low),
        high=_interval(spread, high),
        difference=_difference(spread, low, high, pairs),
        ratio=ratio,
        ratio_of="" if least == rate else least,
        p_value=float(chi2.sf(sum(one.statistic for _, one in found), freedom)),
        adjusted=1.0,
        verdict=verdict,
        sentence=_sentence(cases.column, rate, spread, (low, high)),
    )


def _ratio(values: Floats) -> float:
    low, high = float(values.min()), float(values.max())
    return low / high if high > 0 else 1.0


def _interval(spread: Spread, i: int) -> Interval:
    return _around(float(spread.values[i]), float(spread.means[i]), float(spread.variances[i]), 1)


def _difference(spread: Spread, low: int, high: int, pairs: int) -> Interval:
    value = float(spread.values[high] - spread.values[low])
    middle = float(spread.means[high] - spread.means[low])
    found = _around(value, middle, float(spread.variances[[low, high]].sum()), pairs)
    n = int(spread.counts[[low, high]].sum())
    return found.model_copy(update={"low": max(0.0, found.low), "n": n})


def _around(value: float, middle: float, variance: float, tests: int) -> Interval:
    from scipy.stats import norm

    reach = float(norm.isf(SURE / 2 / tests)) * variance**0.5
    return Interval(value=value, low=min(value, middle - reach), high=max(value, middle + reach))


def _sentence(column: str, rate: str, spread: Spread, ends: tuple[int, int]) -> str:
    unit = "" if rate == "mae" else "share"
    word = "for" if rate in ("mae", "calibration_gap") else "of"
    low, high = (f"{shown(float(spread.values[i]), unit)} {word} {spread.names[i]!r}" for i in ends)
    rows = " and ".join(f"{spread.counts[i]:,}" for i in ends)
    return f"By {column!r}, {low} and {high} are {RATES[rate]} ({rows} rows)."


def _measured(
    hits: Floats, units: NDArray[np.int64] | None, shares: bool
) -> tuple[float, float, float]:
    """The mean as counted; the mean and the variance that groups are compared by."""
    n, mean = len(hits), float(hits.mean())
    plain = float(((hits - mean) ** 2).sum()) / n**2
    effect = 1.0
    if units is not None and plain > 0:
        together = np.bincount(np.unique(units, return_inverse=True)[1], weights=hits - mean)
        effect = max(1.0, float((together**2).sum()) / n**2 / plain)
    if not shares:
        return mean, mean, max(effect * plain * n / max(1, n - 1), np.finfo(float).tiny)
    middle = (float(hits.sum()) + 1) / (n + 2)
    return mean, middle, effect * middle * (1 - middle) / (n + 2)


def _some(units: NDArray[np.int64] | None, rows: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    return None if units is None else units[rows]


def _selected(cases: Predictions) -> tuple[Floats, Floats]:
    return (cases.label == 1).astype(float), np.ones(cases.n)


def _found(cases: Predictions) -> tuple[Floats, Floats]:
    return (cases.label == 1).astype(float), (cases.truth == 1).astype(float)


def _wrongly(cases: Predictions) -> tuple[Floats, Floats]:
    return (cases.label == 1).astype(float), (cases.truth != 1).astype(float)


def _right(cases: Predictions) -> tuple[Floats, Floats]:
    return (cases.truth == 1).astype(float), (cases.label == 1).astype(float)


def _overrated(cases: Predictions) -> tuple[Floats, Floats]:
    return cases.score[:, 1] - (cases.truth == 1), np.ones(cases.n)


def _correct(cases: Predictions) -> tuple[Floats, Floats]:
    return (cases.label == cases.truth).astype(float), np.ones(cases.n)


def _off(cases: Predictions) -> tuple[Floats, Floats]:
    return np.abs(cases.score - cases.truth), np.ones(cases.n)


_RATE = {
    "selection_rate": _selected,
    "true_positive_rate": _found,
    "false_positive_rate": _wrongly,
    "precision": _right,
    "calibration_gap": _overrated,
    "accuracy": _correct,
    "mae": _off,
}
"""Of each row: what is counted, and whether it counts at all."""
