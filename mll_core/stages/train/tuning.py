"""A step from good settings to others nearby, within their declared bounds."""

from collections.abc import Sequence

import numpy as np

from mll_core.domain.model import Model
from mll_core.domain.plugin import bounds

REACH = 0.5
"""Standard deviation of a step: on a log scale for settings that span decades."""
DECADES = 20
TRIES = 50


def near(model: Model, tried: Sequence[Model], draw: np.random.Generator) -> Model:
    """A copy of ``model`` with about half of its numbers moved a little, unlike those tried."""
    new = model
    for _ in range(TRIES):
        moved = {n: _moved(model, n, draw) for n in numbers(model) if draw.random() < REACH}
        new = type(model).of(**{**model.model_dump(), **moved})
        if new not in tried:
            break
    return new


def numbers(model: Model) -> list[str]:
    """The settings that are numbers."""
    return [n for n, field in type(model).parameters().items() if field.annotation in (int, float)]


def _moved(model: Model, name: str, draw: np.random.Generator) -> float:
    field = type(model).parameters()[name]
    low, high = bounds(field)
    value, step = getattr(model, name), draw.normal(0, REACH)
    if high / max(low, 1e-6) >= DECADES:
        value = max(value, (high / 1e4 if low == 0 else low)) * np.exp(2 * step)
    else:
        value += step * (high - low) / 2
    value = float(min(high, max(low, value)))
    return round(value) if field.annotation is int else float(f"{value:.3g}")
