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

from mll_core.domain.task import Floats, Form
from mll_core.infra import exact
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import FittedModel

BACKGROUND = 25
WORK = 400_000
"""Hybrid rows scored for one explanation; forests, which are slower, get a quarter."""
LEAVES = 20_000_000
"""Leaves times rows of trees that are read for one explanation."""
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
    error: Floats | None = None
    """One standard error of each value, (n, sources), where orders were drawn; NaN: not known."""
    by_trees: bool = False
    """Whether they are sums over trees, which add up to the answer."""

    @property
    def exact(self) -> bool:
        """Whether nothing was sampled."""
        return self.error is None


def effects(
    fitted: FittedModel, background: pd.DataFrame, rows: pd.DataFrame
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """SHAP values (n, sources), base (n,) and the names of the sources, for raw records."""
    found = explain(fitted, background, rows)
    return found.values, found.base, found.sources


def explain(
    fitted: FittedModel,
    background: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    seed: int = 0,
    code: int | None = None,
) -> Effects:
    """Explain raw records ``rows``; ``background`` (raw records) says what is usual.

    ``code``: of several classes the one that is explained, else each row's own.

    Exact for trees, boosted ones, forests and what sums them, against what their learned rows say;
    for models that add up and for up to four columns; otherwise averaged over orders in which
    columns take the row's values from usual rows. Raises UnfitRows.
    """
    matrix, draw = fitted.matrix(rows), np.random.default_rng(seed)
    trees = _trees_of(fitted)
    given = None if trees is None else trees.given(matrix)
    if trees is not None and given is not None and _adds_up(fitted, matrix, given):
        return _trees(fitted, matrix, given, trees.scale, code)
    usual = background
    if len(background) > BACKGROUND:
        usual = background.iloc[np.sort(draw.choice(len(background), BACKGROUND, replace=False))]
    return _orders(fitted, matrix, fitted.matrix(usual), draw, code)


def _trees_of(fitted: FittedModel) -> exact.Exact | None:
    return exact.of(fitted.estimator, fitted.task, len(fitted.classes))


def _adds_up(fitted: FittedModel, matrix: Matrix, given: Floats) -> bool:
    """Some regressions add up on another scale than that of their answer."""
    if fitted.task.classifies:
        return True
    said = fitted.estimator.predict(matrix)
    return bool(np.allclose(given.sum(axis=2)[:, 0], said, rtol=1e-3, atol=1e-6))


def affordable(fitted: FittedModel, wanted: int) -> int:
    """How many rows of ``wanted`` can be explained within seconds."""
    trees = _trees_of(fitted)
    if trees is None:
        most = _work(fitted) // max(1, 2 * len(_sources(fitted)) * BACKGROUND)
    else:
        most = LEAVES // max(1, trees.leaves)
    return int(min(wanted, max(FEWEST, most)))


def _sources(fitted: FittedModel) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, feature in enumerate(fitted.encoder.features):
        places.setdefault(feature.source, []).append(place)
    return places


def _work(fitted: FittedModel) -> int:
    return WORK // 4 if hasattr(fitted.estimator, "estimators_") else WORK


def _predicted(
    fitted: FittedModel, matrix: Matrix, code: int | None = None
) -> tuple[Floats, NDArray[np.int64]]:
    score = fitted.score_matrix(matrix, fitted.estimator)
    if not fitted.task.classifies:
        return score[:, None], np.zeros(len(score), np.int64)
    if fitted.task.form is Form.TWO:
        return score, np.ones(len(score), np.int64)
    return score, score.argmax(axis=1) if code is None else np.full(len(score), code)


def _trees(
    fitted: FittedModel, matrix: Matrix, told: Floats, scale: exact.Scale, asked: int | None
) -> Effects:
    places, given = _sources(fitted), told[:, 0]
    if fitted.task.form is Form.SEVERAL:
        _, code = _predicted(fitted, matrix, asked)
        given = told[np.arange(len(matrix)), code]
    given = _put_right(fitted, given, scale)
    values = np.stack([given[:, at].sum(axis=1) for at in places.values()], axis=1)
    return Effects(
        values=values,
        base=given[:, -1],
        output=given.sum(axis=1),
        sources=tuple(places),
        method=f"exact for trees, summed over the features of each column{_as_said(fitted, scale)}",
        unit=f"unit of {fitted.target}" if scale == "value" else scale,
        by_trees=True,
    )


def _as_said(fitted: FittedModel, scale: exact.Scale) -> str:
    put_right = fitted.calibration
    by_levels = put_right is not None and put_right.method == "isotonic"
    votes = put_right is not None and scale == "probability"
    return ", before probabilities are put right" if by_levels or votes else ""


def stretch(fitted: FittedModel, scale: exact.Scale) -> float:
    """By how much log-odds are multiplied when probabilities are put right; 1 where they stay as
    the trees say them, for they would be no sum otherwise."""
    calibration = fitted.calibration
    if calibration is None or calibration.method == "isotonic" or scale != "log-odds":
        return 1.0
    return calibration.slope


def _put_right(fitted: FittedModel, given: Floats, scale: exact.Scale) -> Floats:
    calibration = fitted.calibration
    if calibration is None or calibration.method == "isotonic" or scale != "log-odds":
        return given
    moved = given * stretch(fitted, scale)
    moved[:, -1] += calibration.shift
    return moved


def _orders(
    fitted: FittedModel,
    matrix: Matrix,
    usual: Matrix,
    draw: np.random.Generator,
    asked: int | None,
) -> Effects:
    places = _sources(fitted)
    score, code = _predicted(fitted, matrix, asked)
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
    complete = len(orders) == factorial(len(places))
    error = None if complete else np.zeros_like(values)
    step = max(1, _CHUNK // max(1, len(usual)))
    for start in range(0, len(matrix), step):
        part = slice(start, start + step)
        walk = _Walk(matrix[part], usual, list(places.values()), code[part], level)
        steps = [walk.steps(order, base[part], output[part]) for order in orders]
        values[part] = np.mean(steps, axis=0)
        if error is not None:
            error[part] = _error(np.array(steps))
    method = "exact over all orders of columns" if complete else f"{len(orders)} orders of columns"
    method = f"{method}, {len(usual)} rows to compare with{exact.why_not(fitted.estimator)}"
    return Effects(values, base, output, tuple(places), method, unit, error)


def _error(steps: Floats) -> Floats:
    """One standard error from what each order says, (orders, n, sources): an order and its reverse
    are one draw."""
    drawn = steps.reshape(-1, 2, *steps.shape[1:]).mean(axis=1)
    if len(drawn) == 1:
        return np.full(drawn.shape[1:], np.nan)
    return np.asarray(drawn.std(axis=0, ddof=1) / np.sqrt(len(drawn)))


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
