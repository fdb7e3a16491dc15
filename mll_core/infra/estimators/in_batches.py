"""A linear model whose many rows are made dense, and added up, some at a time."""

from collections.abc import Callable, Iterator
from typing import Any, Self
from warnings import warn

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from mll_core.domain.model import Model
from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.estimators.dense_batches import DenseBatches

MANY = Model.MANY
STEPS = 20
MORE = 100
"""Passes that a search without the curvature may take, when the steps did not get there."""
WIDEST = 4_000
"""Weights up to which the curvature is held: 128 MB."""
LEVEL = 1e-8
"""Where no weight changes the mean loss by more than this, the best ones are found."""
TINY = 1e-9
SMALLEST = 1e-300
Told = Callable[[Floats], tuple[float, Floats]]
"""The mean loss at some weights, and its slope."""


class InBatches(Pipeline):  # type: ignore[misc]
    """``columns``, which make all dense, and ``linear``: ridge or logistic regression.

    From a million rows on it is fitted in batches, to the same weights: ridge from exact sums,
    logistic by steps of Newton with the gradient of all rows and the curvature of a sample.
    Source: Erdogdu & Montanari (2015), Convergence Rates of Sub-sampled Newton Methods.
    """

    def fit(self, X: Matrix, y: Any = None, **params: Any) -> Self:
        """Fit on (n, p) and (n,)."""
        if len(X) <= MANY or params:  # what else is asked of a fit is known to it in one go alone
            super().fit(X, y, **params)
            return self
        columns, linear = (step for _, step in self.steps)
        dense = DenseBatches.fit(columns, X, y)
        linear.fit(dense.at(dense.sample), y[dense.sample])
        if isinstance(linear, LogisticRegression):
            _logistic(linear, dense, y)
        else:
            linear.coef_, linear.intercept_ = _ridge(linear.alpha, dense, y)
        return self


def _ridge(alpha: float, dense: DenseBatches, y: Floats) -> tuple[Floats, float]:
    """Weights and intercept that solve the normal equations, added up over batches."""
    products: Any = 0.0
    for start, rows in dense.batches():
        table = np.column_stack([rows, y[start : start + len(rows)], np.ones(len(rows))])
        products = products + table.T @ table
    count, sums = products[-1, -1], products[-1, :-1]
    centred = products[:-1, :-1] - np.outer(sums, sums) / count
    around, along = centred[:-1, :-1], centred[:-1, -1]
    weights = np.linalg.solve(around + alpha * np.eye(len(along)), along)
    return weights, float((sums[-1] - sums[:-1] @ weights) / count)


def _logistic(linear: Any, dense: DenseBatches, y: Any) -> None:
    """From the weights that the sample gave to those of all rows."""
    codes, counted = np.searchsorted(linear.classes_, y), _counted(linear, y)
    weights = np.column_stack([linear.coef_, linear.intercept_])
    held_back = np.full(weights.shape, 1 / (linear.C * counted.sum()))
    held_back[:, -1] = 0.0

    def told(at: Floats) -> tuple[float, Floats]:
        loss, slope = _slope(dense, codes, counted, at)
        return loss + float((held_back * at**2).sum()) / 2, slope + held_back * at

    steepest = np.inf
    if weights.size <= WIDEST:
        weights, steepest = _newton(dense, weights, counted, held_back, told)
    if steepest >= LEVEL:
        weights = _descent(weights, told)
    linear.coef_, linear.intercept_ = weights[:, :-1].copy(), weights[:, -1].copy()


def _newton(
    dense: DenseBatches, weights: Floats, counted: Floats, held_back: Floats, told: Told
) -> tuple[Floats, float]:
    """The best weights that steps with the curvature of the sample come to, and how steep it is
    there."""
    from scipy.linalg import lu_factor, lu_solve

    rows = _with_one(dense.at(dense.sample))
    curvature = _curvature(rows, weights, counted[dense.sample])
    curvature[np.diag_indices_from(curvature)] += held_back.ravel() + TINY
    solved = lu_factor(curvature)
    best, found, step = np.inf, weights, np.zeros_like(weights)
    for _ in range(STEPS):
        slope = told(weights)[1]
        steepest = float(np.abs(slope).max())
        if steepest > best:  # too far: half of the way
            step = step / 2
            weights = weights - step
            continue
        best, found = steepest, weights
        if steepest < LEVEL:
            break
        step = -lu_solve(solved, slope.ravel()).reshape(weights.shape)
        weights = weights + step
    return found, best


def _descent(weights: Floats, told: Told) -> Floats:
    """What a search by slopes alone comes to; says so when that is not the best there is."""
    from scipy.optimize import minimize
    from sklearn.exceptions import ConvergenceWarning

    def flat(at: Floats) -> tuple[float, Floats]:
        loss, slope = told(at.reshape(weights.shape))
        return loss, slope.ravel()

    limits = {"maxiter": MORE, "gtol": LEVEL, "ftol": 0.0}
    came = minimize(flat, weights.ravel(), jac=True, method="L-BFGS-B", options=limits)
    if np.abs(came.jac).max() >= LEVEL:
        said = "The weights of all rows were not found to the last digit."
        warn(said, ConvergenceWarning, stacklevel=2)
    return np.asarray(came.x.reshape(weights.shape))


def _counted(linear: Any, y: Any) -> Floats:
    """What each row counts."""
    from sklearn.utils.class_weight import compute_sample_weight

    if linear.class_weight is None:
        return np.ones(len(y))
    return np.asarray(compute_sample_weight(linear.class_weight, y), np.float64)


def _slope(
    dense: DenseBatches, codes: Any, counted: Floats, weights: Floats
) -> tuple[float, Floats]:
    """The mean loss and its gradient, (m, d + 1)."""
    loss, total = 0.0, np.zeros_like(weights)
    for start, rows in _ones(dense):
        here = slice(start, start + len(rows))
        off = _chances(rows, weights)
        if len(weights) == 1:
            said = np.where(codes[here] == 1, off[:, 0], 1 - off[:, 0])
            off[:, 0] -= codes[here]
        else:
            said = off[np.arange(len(rows)), codes[here]].copy()
            off[np.arange(len(rows)), codes[here]] -= 1
        loss -= float(counted[here] @ np.log(np.maximum(said, SMALLEST)))
        total += (off * counted[here, None]).T @ rows
    return loss / counted.sum(), np.asarray(total / counted.sum())


def _curvature(rows: Floats, weights: Floats, counted: Floats) -> Floats:
    """The Hessian of the mean loss on some rows, (m (d + 1), m (d + 1))."""
    chance, wide = _chances(rows, weights), rows.shape[1]
    found = np.zeros((weights.size, weights.size))
    for one in range(len(weights)):
        for other in range(one + 1):
            each = counted * chance[:, one] * ((one == other) - chance[:, other])
            block = (rows * each[:, None]).T @ rows / counted.sum()
            a, b = slice(one * wide, (one + 1) * wide), slice(other * wide, (other + 1) * wide)
            found[a, b], found[b, a] = block, block
    return found


def _chances(rows: Floats, weights: Floats) -> Floats:
    """Probabilities: of the second class of two (n, 1), else of each (n, m)."""
    from scipy.special import expit, softmax

    raw = rows @ weights.T
    return np.asarray(expit(raw) if len(weights) == 1 else softmax(raw, axis=1))


def _ones(dense: DenseBatches) -> Iterator[tuple[int, Floats]]:
    for start, rows in dense.batches():
        yield start, _with_one(rows)


def _with_one(rows: Floats) -> Floats:
    return np.column_stack([rows, np.ones(len(rows))])
