"""How a column may come in broken, one way after the other."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

THOUSAND = 1_000.0
NEW = "never seen before"
EXCHANGED = 0.2
Harm = Callable[[pd.Series, np.random.Generator], pd.Series]


def of(values: pd.Series) -> Mapping[str, Harm]:
    """What may happen to a column of its kind, by words for it."""
    if values.dtype.kind in "iuf":
        return {
            "all missing": _missing,
            "noisy": lambda v, draw: v + draw.normal(0, 0.5 * _spread(v), len(v)),
            "shifted up": lambda v, _: v + _spread(v),
            "shifted down": lambda v, _: v - _spread(v),
            "in another unit": lambda v, _: v * THOUSAND,
        }
    if values.dtype.kind in "Mb":
        return {"all missing": _missing, "noisy": _exchanged}
    return {
        "all missing": _missing,
        "noisy": _exchanged,
        "never seen": lambda v, _: v.where(v.isna(), NEW),
    }


def _spread(values: pd.Series) -> float:
    spread = float(values.std())
    return spread if spread > 0 else 1.0


def _missing(values: pd.Series, _: np.random.Generator) -> pd.Series:
    if values.dtype.kind in "iuf":
        return pd.Series(np.nan, index=values.index, name=values.name)
    nothing = pd.Series([None] * len(values), index=values.index, name=values.name, dtype=object)
    return nothing if values.dtype.kind == "b" else nothing.astype(values.dtype)


def _exchanged(values: pd.Series, draw: np.random.Generator) -> pd.Series:
    chosen = draw.random(len(values)) < EXCHANGED
    other = values.iloc[draw.permutation(len(values))].set_axis(values.index)
    return values.mask(chosen, other)
