"""Which two columns change each other's effect, by raw column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mll_core.domain.task import Floats, Form
from mll_core.infra import exact, explainer, lineage, response
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.readable import Readable

COLUMNS = 6
"""So many columns, those that move the answer most, are looked at two at a time by H."""
FEWEST, LEAVES = 20, 5_000_000
"""Fewest rows, and leaves times rows, for values of trees."""
DIGITS = 12
NUMBERS = 40_000_000
"""Values of all rows, outputs and pairs of features that are held at once."""


@dataclass(frozen=True)
class Pair:
    """``moves``: how far both together move a row beyond each alone, on average; ``strength`` from
    0 on says whether that is much."""

    first: str
    second: str
    moves: float
    strength: float


@dataclass(frozen=True)
class Found:
    """All pairs, what moves most first; ``among``: the columns that were looked at, in words."""

    pairs: tuple[Pair, ...]
    unit: str
    measure: str
    method: str
    rows: int
    among: str


def of_trees(fitted: FittedModel, usual: pd.DataFrame, rows: pd.DataFrame) -> Found | None:
    """SHAP interaction values; None: the model is no sum of trees, or too large a one."""
    trees = exact.of(fitted.estimator, fitted.task, len(fitted.classes))
    if trees is None:
        return None
    outputs = len(fitted.classes) if fitted.task.form is Form.SEVERAL else 1
    held = outputs * (len(fitted.encoder.features) + 1) ** 2
    most = min(LEAVES // max(1, trees.walked), NUMBERS // held)
    if most < FEWEST:
        return None
    some = rows.head(most)
    values = explainer.explain(fitted, usual, some)
    told = trees.pairs(fitted.matrix(some)) if values.by_trees else None
    if told is None:
        return None
    code = np.zeros(len(some), np.int64)
    if fitted.task.form is Form.SEVERAL:
        code = fitted.score(some).argmax(axis=1)
    both = told[np.arange(len(some)), code] * explainer.stretch(fitted, trees.scale)
    names, summed = _by_raw(fitted, usual, both)
    size = np.abs(summed + summed.swapaxes(1, 2)).mean(axis=0)
    raw = lineage.raw(values, lineage.origins(fitted, usual))
    largest = float(np.abs(raw.values).mean(axis=0).max())
    pairs = [
        Pair(names[i], names[j], float(size[i, j]), float(size[i, j] / largest) if largest else 0.0)
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return Found(
        tuple(sorted(pairs, key=lambda pair: -pair.moves)),
        values.unit,
        "Strength (1: as much as the strongest column)",
        "SHAP interaction values, exact for trees, summed over the features of each column",
        len(some),
        f"{len(names)} columns",
    )


def _by_raw(fitted: FittedModel, usual: pd.DataFrame, both: Floats) -> tuple[list[str], Floats]:
    """Summed over the features of each raw column: (n, columns, columns)."""
    features = [feature.source for feature in fitted.encoder.features]
    groups = lineage.together(tuple(dict.fromkeys(features)), lineage.origins(fitted, usual))
    member = np.array([[source in group for source in features] for group in groups.values()])
    return list(groups), np.einsum("gi,nij,hj->ngh", member, both, member, optimize=True)


def by_h(
    answer: Readable,
    rows: pd.DataFrame,
    usual: pd.DataFrame,
    columns: Sequence[str],
    tell: Callable[[float], None],
) -> Found:
    """Friedman's H of the columns that move the answer most."""
    some = _strongest(answer, rows, usual, columns)
    found = response.acting_together(answer.added, rows, some, tell)
    pairs = [_alike(a, b, float(np.std(rest)), h) for (a, b), (h, rest) in found.items()]
    return Found(
        tuple(sorted(pairs, key=lambda pair: -pair.moves)),
        answer.added_unit,
        "H (0 alone, 1 together)",
        f"Friedman's H on {len(rows)} rows, for this model is no sum of trees of which exact "
        "values are known, or too large a one",
        len(rows),
        ", ".join(some),
    )


def _alike(first: str, second: str, moves: float, strength: float) -> Pair:
    """A pair; sums that differ in their last bits only do not act together."""
    return Pair(first, second, round(moves, DIGITS), round(strength, DIGITS))


def _strongest(
    answer: Readable, rows: pd.DataFrame, usual: pd.DataFrame, columns: Sequence[str]
) -> list[str]:
    reach = {}
    for name in columns:
        at = response.places(usual[name], 5)
        if len(at) > 1:
            lines = response.curves(answer.added, rows, name, at)
            reach[name] = float(np.std(lines - lines.mean(axis=1, keepdims=True)))
    return sorted(reach, key=lambda name: -reach[name])[:COLUMNS]
