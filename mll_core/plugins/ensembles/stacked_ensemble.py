"""A small model on top of several models."""

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mll_core.domain.calibration import SMALLEST
from mll_core.domain.ensemble import Ensemble, Mix
from mll_core.domain.task import Codes, Floats, Task


class StackedEnsemble(Ensemble):
    """Weights of at least 0 and a constant, fitted to the models' held-out answers.

    Classes: a logistic regression on log-probabilities; numbers: least squares. Sources: Wolpert
    (1992), Stacked Generalization; Breiman (1996), Stacked Regressions.
    """

    label: ClassVar[str] = "Stacked ensemble"
    kind: Literal["stacked_ensemble"] = "stacked_ensemble"
    l2: float = Field(
        1.0, ge=0, le=1_000, description="How much the weights are held to equal ones"
    )

    def mix(self, scores: Sequence[Floats], truth: Codes | Floats, task: Task) -> Mix:
        if task.classifies:
            return self._classes(np.stack(scores), truth.astype(np.int64))
        return self._numbers(np.stack(scores, axis=1), np.asarray(truth, np.float64))

    def _numbers(self, said: Floats, truth: Floats) -> Mix:
        from scipy.optimize import nnls

        # Rows that pull towards equal weights, in the scale of the answers.
        mean, goal = said.mean(axis=0), float(truth.mean())
        pull = np.sqrt(self.l2) * float(truth.std()) * np.eye(said.shape[1])
        rows = np.vstack([said - mean, pull])
        wanted = np.append(truth - goal, pull.sum(axis=1) / said.shape[1])
        weights, _ = nnls(rows, wanted)
        return Mix(weights=tuple(map(float, weights)), bias=(goal - float(mean @ weights),))

    def _classes(self, said: Floats, truth: Codes) -> Mix:
        from scipy.optimize import minimize

        logs = np.log(np.maximum(said, SMALLEST))
        m, n, k = logs.shape
        hit = np.eye(k)[truth]

        def loss(at: Floats) -> tuple[float, Floats]:
            weights, bias = at[:m], at[m:]
            total = np.tensordot(weights, logs, axes=1) + bias
            total -= total.max(axis=1, keepdims=True)
            share = np.exp(total)
            sums = share.sum(axis=1, keepdims=True)
            off = share / sums - hit
            value = float((np.log(sums[:, 0]) - (total * hit).sum(axis=1)).sum())
            value += self.l2 * float(((weights - 1 / m) ** 2).sum() + (bias**2).sum())
            slope = np.tensordot(logs, off, axes=([1, 2], [0, 1])) + 2 * self.l2 * (weights - 1 / m)
            return value / n, np.append(slope, off.sum(axis=0) + 2 * self.l2 * bias) / n

        start = np.append(np.full(m, 1 / m), np.zeros(k))
        limits = [(0.0, None)] * m + [(None, None)] * k
        found = minimize(loss, start, jac=True, bounds=limits, method="L-BFGS-B").x
        return Mix(
            weights=tuple(map(float, found[:m])), bias=tuple(map(float, found[m:])), log=True
        )
