"""Matrices without an answer that every model of groups and of odd rows must cope with."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from model_cases import LEVELS, MANY, category, number
from numpy.typing import NDArray

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Floats, Task
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import scores_of
from mll_core.stages.train.fitting import calm

EXAMPLES: dict[str, dict[str, object]] = {
    "isolation_forest": {"trees": 30},
    "hdbscan": {"smallest": 8, "sure": 3},
}


@dataclass(frozen=True, eq=False)
class Crowd:
    """A matrix with its features; ``group`` is the centre each row lies around, ``odd`` whether it
    lies far from all."""

    features: tuple[Feature, ...]
    matrix: Matrix
    group: NDArray[np.int64]
    odd: NDArray[np.bool_]

    def fitted(self, model: Model, task: Task, matrix: Matrix | None = None) -> Any:
        categories = [i for i, f in enumerate(self.features) if f.kind == "category"]
        estimator = model.build(self.features, task, seed=0, threads=1)
        given = self.matrix if matrix is None else matrix
        with calm():
            return model.fit(estimator, given, None, categories=categories)

    def scores(self, estimator: Any, task: Task, matrix: Matrix | None = None) -> Floats:
        given = self.matrix if matrix is None else matrix
        return scores_of(estimator, given, task, len(estimator.classes_))


def crowd(n: int = 300, extra: int = 0, seed: int = 0, odd: int = 0) -> Crowd:
    """Three groups of rows with gaps, a constant, few and many levels; ``extra`` columns more."""
    draw = np.random.default_rng(seed)
    group = np.arange(n) % 3
    x = draw.normal(0, 0.5, n) + 6 * group
    y = draw.normal(0, 0.5, n) - 5 * (group == 1)
    colour = np.where(draw.random(n) < 0.9, group, draw.integers(0, 4, n)).astype(float)
    town = draw.integers(0, 40, n).astype(float)
    strange = np.arange(n) >= n - odd
    x[strange], y[strange] = draw.choice([-25, 40], odd), draw.choice([-30, 30], odd)
    x = np.where((draw.random(n) < 0.05) & ~strange, np.nan, x)
    colour = np.where(draw.random(n) < 0.05, np.nan, colour)
    noise = [draw.normal(0, 1, n) + 4 * group for _ in range(extra)]
    features = (
        *map(number, ("x", "y", "same")),
        category("colour", LEVELS),
        category("town", MANY),
        *(number(f"more {i}") for i in range(extra)),
    )
    columns = [x, y, np.full(n, 7.0), colour, town, *noise]
    return Crowd(features, np.column_stack(columns).astype(np.float32), group, strange)


def example(cls: type[Model]) -> Model:
    """A model of the class that is quick to fit."""
    return cls.of(**EXAMPLES.get(cls.name(), {}))
