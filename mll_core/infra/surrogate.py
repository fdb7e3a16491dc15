"""A small tree that answers as a model does, in raw columns, judged on rows it did not see.

Source: Craven & Shavlik (1996), Extracting tree-structured representations of trained networks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mll_core.domain.inside import Inside
from mll_core.domain.model import Feature
from mll_core.domain.task import Floats
from mll_core.infra import response, tree_inside

DEPTH, LEAST = 3, 0.04
MOST_LEVELS = 50


@dataclass(frozen=True, eq=False)
class Surrogate:
    """``fidelity``: the share of the model's ups and downs that the tree follows (R²), on
    ``judged`` rows it did not see; ``said``: its answers there, beside the ``model``'s."""

    inside: Inside
    fidelity: float
    said: Floats
    model: Floats
    judged: int


def grow(
    rows: pd.DataFrame, answers: Floats, columns: Sequence[str], told: Callable[[float], str]
) -> Surrogate:
    """Grown on every other row, judged on the rest; ``told`` words an answer."""
    from sklearn.tree import DecisionTreeRegressor

    first = np.arange(len(rows)) % 2 == 0
    coded = [_coded(rows[name], answers, first) for name in columns]
    kept = [pair for pair in coded if pair is not None]
    if not kept:
        raise ValueError("no column has two values.")
    features = tuple(feature for feature, _ in kept)
    matrix = np.column_stack([codes for _, codes in kept]).astype(np.float32)
    tree = DecisionTreeRegressor(max_depth=DEPTH, min_samples_leaf=LEAST, random_state=0)
    tree.fit(matrix[first], answers[first])
    said, model = tree.predict(matrix[~first]), answers[~first]
    spread = float(((model - model.mean()) ** 2).sum())
    fidelity = 1 - float(((model - said) ** 2).sum()) / spread if spread > 0 else 1.0

    def answer(values: Floats) -> tuple[float, str]:
        return float(values[0]), told(float(values[0]))

    gaps = np.atleast_1d(np.isnan(matrix).any(axis=0))
    inside = tree_inside.drawn(tree.tree_, tree_inside.Reading(features, gaps, answer))
    return Surrogate(inside, fidelity, said, model, int((~first).sum()))


def _coded(values: pd.Series, answers: Floats, first: np.ndarray) -> tuple[Feature, Floats] | None:
    """A column as numbers; levels in the order of the answers they get, so that a cut parts them.

    Moments as years. None when nothing varies, or when there are too many levels.
    """
    name = str(values.name)
    if response.is_ordered(values) and not pd.api.types.is_bool_dtype(values):
        codes = response.as_floats(values)
        if pd.api.types.is_datetime64_any_dtype(values):
            codes, name = 1970 + codes / 365.2425, f"{name} (year)"
        known = codes[first & ~np.isnan(codes)]
        feature = Feature(name=name, source=str(values.name), kind="number")
        return (feature, codes) if len(known) and np.ptp(known) > 0 else None
    texts = (
        values.astype(object)
        .where(values.notna(), None)
        .map(lambda one: None if one is None else str(one))
    )
    mean = pd.Series(answers[first]).groupby(texts[first].to_numpy()).mean().sort_values()
    if not 2 <= len(mean) <= MOST_LEVELS:  # noqa: PLR2004
        return None
    levels = tuple(map(str, mean.index))
    place = {level: float(code) for code, level in enumerate(levels)}
    codes = np.array([place.get(text, np.nan) for text in texts], np.float64)
    return Feature(name=name, source=name, kind="category", levels=levels), codes
