"""Looking into a fitted model that a person can follow."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mll_core.domain.inside import Curve, Inside
from mll_core.domain.task import Floats, Form
from mll_core.infra import card_inside, tree_inside
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import FittedModel, scores_of

ROWS = 150
"""Rows over which a curve is averaged; a sum of curves is the same for any."""
STEPS = 25
MOST = 12
"""Curves that are drawn: those of the columns that move the answer most."""
EDGES = (0.01, 0.99)


def of(fitted: FittedModel, matrix: Matrix) -> Inside | None:
    """What is inside, as far as it can be drawn; ``matrix`` are rows it learned from.

    A tree, a table of points, or the curves of a sum. None for more than two classes of a sum.
    """
    core = getattr(fitted.estimator, "regressor_", fitted.estimator)
    steps = getattr(core, "named_steps", {})
    if "tree" in steps:
        return tree_inside.of(fitted, steps["tree"], matrix)
    if hasattr(core, "points_"):
        return card_inside.of(fitted, core)
    if fitted.task.form is Form.SEVERAL:
        return None
    return _curves(fitted, core, matrix)


def _curves(fitted: FittedModel, core: Any, matrix: Matrix) -> Inside:
    drawn = np.random.default_rng(0).permutation(len(matrix))[:ROWS]
    usual = matrix[np.sort(drawn)]
    scale, unit = _scale(fitted, core)
    found = []
    for place, feature in enumerate(fitted.encoder.features):
        at = _grid(matrix[:, place], len(feature.levels))
        if len(at) < 2:  # noqa: PLR2004
            continue
        asked = np.tile(usual, (len(at), 1))
        asked[:, place] = np.repeat(at, len(usual)).astype(np.float32)
        score = scores_of(fitted.estimator, asked, fitted.task, len(fitted.classes))
        effect = scale(score).reshape(len(at), len(usual)).mean(axis=1)
        effect -= effect.mean()
        levels = feature.levels
        said = tuple(levels[int(code)] if levels else float(code) for code in at)
        found.append(Curve(column=feature.name, at=said, effect=tuple(map(float, effect))))
    found.sort(key=lambda curve: -float(np.std(curve.effect)))
    names = [feature.name for feature in fitted.encoder.features]
    together = [pair for pair in getattr(core, "interaction_cst", None) or () if len(pair) > 1]
    pairs = tuple((names[one], names[other]) for one, other in map(sorted, together))
    put_right = fitted.calibration is not None
    return Inside(curves=tuple(found[:MOST]), unit=unit, pairs=pairs, calibrated=put_right)


def _grid(column: Any, levels: int) -> Floats:
    known = column[~np.isnan(column)].astype(np.float64)
    if not len(known):
        return np.zeros(0)
    if levels:
        return np.unique(known)
    low, high = np.quantile(known, EDGES)
    if float(known.max()) - float(known.min()) < STEPS and (known % 1 == 0).all():
        return np.arange(known.min(), known.max() + 1)
    return np.linspace(low, high, STEPS) if high > low else np.zeros(0)


def _scale(fitted: FittedModel, core: Any) -> tuple[Callable[[Floats], Floats], str]:
    """Where the curves add up, and in which unit."""
    if fitted.task.classifies:
        return _log_odds, "log-odds"
    last = type(core[-1]).__name__ if hasattr(core, "named_steps") else ""
    if getattr(fitted.estimator, "func", None) is np.log1p:
        return np.log1p, f"log of {fitted.target}"
    if getattr(fitted.estimator, "func", None) is np.sqrt:
        return lambda score: np.sqrt(np.maximum(score, 0.0)), f"root of {fitted.target}"
    if last in ("PoissonRegressor", "GammaRegressor", "TweedieRegressor"):
        return np.log, f"log of {fitted.target}"
    return np.asarray, f"unit of {fitted.target}"


def _log_odds(score: Floats) -> Floats:
    kept = np.clip(score[:, 1], 1e-12, 1 - 1e-12)
    return np.asarray(np.log(kept) - np.log1p(-kept))
