"""How much each original column moved a prediction: SHAP values, summed over its features.

Source: Lundberg & Lee (2017), A Unified Approach to Interpreting Model Predictions; Lundberg et al.
(2020), From local explanations to global understanding with explainable AI for trees.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.calibration import Calibration
from mll_core.domain.task import Floats, Form
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import FittedModel

BACKGROUND = 25
WORK = 400_000
"""Hybrid rows scored for one explanation; forests, which are slower, get a quarter."""
FEWEST = 20
_ALL_ORDERS = 24
_SMOOTH = 1e-5
_CHUNK = 50_000

Outputs = Callable[[Matrix], Floats]


@dataclass(frozen=True, eq=False)
class Effects:
    """``values`` (n, sources) and ``base`` (n,) add up to ``output`` (n,), in ``unit``.

    With more than two classes each row explains the class it is predicted to be.
    """

    values: Floats
    base: Floats
    output: Floats
    sources: tuple[str, ...]
    method: str
    unit: str


def effects(
    fitted: FittedModel, background: pd.DataFrame, rows: pd.DataFrame
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """SHAP values (n, sources), base (n,) and the names of the sources, for raw records."""
    found = explain(fitted, background, rows)
    return found.values, found.base, found.sources


def explain(
    fitted: FittedModel, background: pd.DataFrame, rows: pd.DataFrame, *, seed: int = 0
) -> Effects:
    """Explain raw records ``rows``; ``background`` (raw records) says what is usual.

    Exact for LightGBM; otherwise averaged over orders in which columns take the row's values,
    exact for models that add up and for up to four columns. Raises UnfitRows.
    """
    matrix, draw = fitted.matrix(rows), np.random.default_rng(seed)
    if hasattr(fitted.estimator, "booster_"):
        return _trees(fitted, matrix)
    usual = background
    if len(background) > BACKGROUND:
        usual = background.iloc[np.sort(draw.choice(len(background), BACKGROUND, replace=False))]
    return _orders(fitted, matrix, fitted.matrix(usual), draw)


def affordable(fitted: FittedModel, wanted: int) -> int:
    """How many rows of ``wanted`` can be explained within seconds."""
    if hasattr(fitted.estimator, "booster_"):
        return wanted
    each = 2 * len(_sources(fitted)) * BACKGROUND
    return int(min(wanted, max(FEWEST, _work(fitted) // max(1, each))))


def _sources(fitted: FittedModel) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, feature in enumerate(fitted.encoder.features):
        places.setdefault(feature.source, []).append(place)
    return places


def _work(fitted: FittedModel) -> int:
    return WORK // 4 if hasattr(fitted.estimator, "estimators_") else WORK


def _predicted(fitted: FittedModel, matrix: Matrix) -> tuple[Floats, NDArray[np.int64]]:
    score = fitted.score_matrix(matrix, fitted.estimator)
    if not fitted.task.classifies:
        return score[:, None], np.zeros(len(score), np.int64)
    if fitted.task.form is Form.TWO:
        return score, np.ones(len(score), np.int64)
    return score, score.argmax(axis=1)


def _trees(fitted: FittedModel, matrix: Matrix) -> Effects:
    places = _sources(fitted)
    given = np.asarray(fitted.estimator.booster_.predict(matrix, pred_contrib=True), np.float64)
    n, p = matrix.shape
    if fitted.task.form is Form.SEVERAL:
        _, code = _predicted(fitted, matrix)
        given = given.reshape(n, -1, p + 1)[np.arange(n), code]
    given = _put_right(fitted.calibration, given)
    values = np.stack([given[:, at].sum(axis=1) for at in places.values()], axis=1)
    classifies = fitted.task.classifies
    return Effects(
        values=values,
        base=given[:, -1],
        output=given.sum(axis=1),
        sources=tuple(places),
        method=f"exact for trees, summed over the features of each column{_as_said(fitted)}",
        unit="log-odds" if classifies else f"unit of {fitted.target}",
    )


def _as_said(fitted: FittedModel) -> str:
    by_levels = fitted.calibration is not None and fitted.calibration.method == "isotonic"
    return ", before probabilities are put right" if by_levels else ""


def _put_right(calibration: Calibration | None, given: Floats) -> Floats:
    """Log-odds after calibration where that keeps them a sum; as the trees say them otherwise."""
    if calibration is None or calibration.method == "isotonic":
        return given
    moved = given * calibration.slope
    moved[:, -1] += calibration.shift
    return moved


def _orders(
    fitted: FittedModel, matrix: Matrix, usual: Matrix, draw: np.random.Generator
) -> Effects:
    places = _sources(fitted)
    score, code = _predicted(fitted, matrix)
    typical, _ = _predicted(fitted, usual)
    scale, unit = _scale(fitted, np.concatenate([score, typical]))
    rows = np.arange(len(matrix))
    base, output = scale(typical)[:, code].mean(axis=0), scale(score)[rows, code]

    def level(hybrids: Matrix, chosen: NDArray[np.int64]) -> Floats:
        said = scale(_predicted(fitted, hybrids)[0])
        return said[np.arange(len(said)), chosen]

    budget = _work(fitted) // max(1, len(matrix) * len(usual) * len(places))
    orders = _drawn(len(places), budget, draw)
    values = np.zeros((len(matrix), len(places)))
    step = max(1, _CHUNK // max(1, len(usual)))
    for start in range(0, len(matrix), step):
        part = slice(start, start + step)
        walk = _Walk(matrix[part], usual, list(places.values()), code[part], level)
        for order in orders:
            values[part] += walk.steps(order, base[part], output[part]) / len(orders)
    complete = len(orders) == factorial(len(places))
    method = "exact over all orders of columns" if complete else f"{len(orders)} orders of columns"
    return Effects(
        values, base, output, tuple(places), f"{method}, {len(usual)} rows to compare with", unit
    )


@dataclass(frozen=True, eq=False)
class _Walk:
    """Goes from usual rows to the explained rows, one column at a time."""

    rows: Matrix
    usual: Matrix
    places: list[list[int]]
    code: NDArray[np.int64]
    level: Callable[[Matrix, NDArray[np.int64]], Floats]

    def steps(self, order: tuple[int, ...], base: Floats, output: Floats) -> Floats:
        """What each column adds when columns are taken over in this order: (n, sources)."""
        n, b = len(self.rows), len(self.usual)
        hybrids = np.tile(self.usual, (n, 1))
        chosen = np.repeat(self.code, b)
        added, before = np.zeros((n, len(self.places))), base
        for place in order[:-1]:
            at = self.places[place]
            hybrids[:, at] = np.repeat(self.rows[:, at], b, axis=0)
            after = self.level(hybrids, chosen).reshape(n, b).mean(axis=1)
            added[:, place], before = after - before, after
        added[:, order[-1]] = output - before
        return added


def _drawn(m: int, budget: int, draw: np.random.Generator) -> list[tuple[int, ...]]:
    if m <= _ALL_ORDERS and factorial(m) <= _ALL_ORDERS:
        return list(permutations(range(m)))
    return list(_pairs(m, max(1, min(10, budget // 2)), draw))


def _pairs(m: int, pairs: int, draw: np.random.Generator) -> Iterator[tuple[int, ...]]:
    # An order and its reverse: what goes wrong in one mostly cancels in the other.
    for _ in range(pairs):
        order = tuple(draw.permutation(m).tolist())
        yield order
        yield order[::-1]


def _scale(fitted: FittedModel, score: Floats) -> tuple[Callable[[Any], Floats], str]:
    if not fitted.task.classifies:
        return np.asarray, f"unit of {fitted.target}"
    votes = hasattr(fitted.estimator, "estimators_")  # a forest may be all but certain
    if votes or score.min() < _SMOOTH or score.max() > 1 - _SMOOTH:
        return np.asarray, "probability"

    def log_odds(p: Any) -> Floats:
        kept = np.clip(p, 1e-12, 1 - 1e-12)
        return np.asarray(np.log(kept) - np.log1p(-kept))

    return log_odds, "log-odds"
