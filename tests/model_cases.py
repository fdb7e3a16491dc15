"""Matrices that every model must cope with."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import scores_of
from mll_core.stages.train.fitting import calm

EXAMPLES: dict[str, dict[str, object]] = {
    "catboost": {"trees": 40, "depth": 4},
    "explainable_boosting": {"trees": 40, "pairs": 3},
    "extra_trees": {"trees": 20},
    "kernel_svm": {"landmarks": 60},
    "todays_rule": {"rule": "x > 0.3 or colour == 'green'"},
    "xgboost": {"trees": 40, "depth": 4},
}
"""Settings for a test where the usual ones take long or say nothing."""
LEVELS = ("red", "green", "blue", "Other")
MANY = tuple(f"town {i}" for i in range(40))


@dataclass(frozen=True, eq=False)
class Case:
    """A matrix with its features, and a truth to learn."""

    features: tuple[Feature, ...]
    matrix: Matrix
    truth: NDArray[np.float64] | NDArray[np.int64]
    task: Task

    @property
    def k(self) -> int:
        return {Task.BINARY: 2, Task.MULTICLASS: 3, Task.REGRESSION: 0}[self.task]

    @property
    def categories(self) -> list[int]:
        return [i for i, f in enumerate(self.features) if f.kind == "category"]

    def fitted(self, model: Model, *, seed: int = 0) -> object:
        estimator = model.build(self.features, self.task, seed=seed, threads=1)
        with calm():
            return model.fit(estimator, self.matrix, self.truth, categories=self.categories)

    def scores(self, estimator: object, matrix: Matrix | None = None) -> NDArray[np.float64]:
        return scores_of(estimator, self.matrix if matrix is None else matrix, self.task, self.k)


def number(name: str) -> Feature:
    return Feature(name=name, source=name, kind="number")


def category(name: str, levels: tuple[str, ...]) -> Feature:
    return Feature(name=name, source=name, kind="category", levels=levels)


def example(cls: type[Model]) -> Model:
    """A model of the class that is quick to fit; skips the test where its library is not there."""
    if cls.missing():
        pytest.skip(cls.missing())
    return cls.of(**EXAMPLES.get(cls.name(), {}))


def suited(cls: type[Model], rows: Case) -> Case:
    """The rows with a target above 0 for models that learn on a log scale of their own."""
    if not cls.of().own_scale:
        return rows
    return replace(rows, truth=np.exp(rows.truth / 4))


def case(task: Task, n: int = 300, seed: int = 0, extra: int = 0) -> Case:
    """Numbers with gaps, a constant, a few and many levels, a date's days; ``extra`` noise."""
    draw = np.random.default_rng(seed)
    columns = [draw.normal(0, 1, n), draw.lognormal(1, 1, n), np.full(n, 7.0)]
    colour, town = draw.integers(0, 4, n), draw.integers(0, 40, n)
    value = 2 * columns[0] + columns[1] / 5 + (colour == 1) * 2 + town / 40 + draw.normal(0, 0.3, n)
    columns[0] = np.where(draw.random(n) < 0.1, np.nan, columns[0])
    coded = [np.where(draw.random(n) < 0.05, np.nan, codes) for codes in (colour, town)]
    noise = [draw.normal(0, 1, n) for _ in range(extra)]
    features = (
        *map(number, ("x", "amount", "same")),
        category("colour", LEVELS),
        category("town", MANY),
        *(number(f"noise {i}") for i in range(extra)),
    )
    matrix = np.column_stack([*columns, *coded, *noise]).astype(np.float32)
    if task is Task.REGRESSION:
        return Case(features, matrix, value, task)
    edges = np.quantile(value, [0.6] if task is Task.BINARY else [0.4, 0.75])
    return Case(features, matrix, np.searchsorted(edges, value), task)
