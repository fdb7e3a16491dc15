"""A linear model of a quantile."""

from typing import Any, Self

import numpy as np
from scipy import optimize
from scipy.special import expit
from sklearn.base import BaseEstimator, RegressorMixin

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix

WIDTHS = (0.5, 0.1, 0.02)
"""How far the kink of the loss is rounded off, in spreads of the target; ever less."""


class QuantileLine(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Weights that keep the pinball loss small: mean of q r where r > 0, of (q - 1) r elsewhere.

    The kink is rounded, so that all rows can be learned from at once; at the end the line is moved
    so that a share ``quantile`` of the rows lies below it. Source: Koenker & Bassett (1978),
    Regression Quantiles; Chen (2007), A Finite Smoothing Algorithm for Quantile Regression.
    """

    def __init__(self, quantile: float = 0.5, alpha: float = 1e-3) -> None:
        self.quantile = quantile
        self.alpha = alpha

    def fit(self, matrix: Matrix, target: Any) -> Self:
        """Learn from scaled numbers (n, p) and values (n,)."""
        rows, truth = np.asarray(matrix, np.float64), np.asarray(target, np.float64)
        spread = float(truth.std()) or 1.0
        weights = np.zeros(rows.shape[1] + 1)
        weights[-1] = np.quantile(truth, self.quantile) / spread
        for width in WIDTHS:
            found = optimize.minimize(
                self._loss,
                weights,
                args=(rows, truth / spread, width),
                jac=True,
                method="L-BFGS-B",
                options={"maxiter": 300},
            )
            weights = found.x
        self.coef_ = weights[:-1] * spread
        left = truth - rows @ self.coef_
        self.intercept_ = float(np.quantile(left, self.quantile))
        return self

    def _loss(
        self, weights: Floats, rows: Floats, truth: Floats, width: float
    ) -> tuple[float, Floats]:
        left = truth - rows @ weights[:-1] - weights[-1]
        loss = self.quantile * left + width * np.logaddexp(0, -left / width)
        slope = (expit(-left / width) - self.quantile) / len(truth)
        held = self.alpha * weights[:-1]
        value = float(loss.mean() + 0.5 * weights[:-1] @ held)
        return value, np.append(slope @ rows + held, slope.sum())

    def predict(self, matrix: Matrix) -> Floats:
        """The quantile of each row: (n,)."""
        return np.asarray(np.asarray(matrix, np.float64) @ self.coef_ + self.intercept_)
