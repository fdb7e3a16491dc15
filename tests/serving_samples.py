"""Small real models for the tests of serving and monitoring."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.target_values import Classes, numbers

EXCLUDED = frozenset({"id"})
RECORD = {"age": 41.0, "plan": "basic", "active": True, "since": "2024-03-01"}


def rows(n: int = 800, seed: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Customers: leaving depends on age and plan; ``shift`` moves the age."""
    draw = np.random.default_rng(seed)
    age = draw.normal(40, 10, n) + shift
    plan = draw.choice(["basic", "plus", "pro"], n, p=[0.5, 0.3, 0.2])
    since = pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 365, n), unit="D")
    odds = 0.12 * (age - 40) + np.select([plan == "basic", plan == "plus"], [0.8, 0.0], -1.0)
    leaves = draw.random(n) < 1 / (1 + np.exp(-odds))
    frame = pd.DataFrame(
        {
            "id": [f"c{seed}-{i}" for i in range(n)],
            "age": np.where(draw.random(n) < 0.05, np.nan, age),
            "plan": plan,
            "active": draw.random(n) < 0.7,
            "since": since,
            "left": np.where(leaves, "yes", "no"),
            "spend": 10 + 2 * age + draw.normal(0, 5, n),
            "band": np.select([age < 35, age < 45], ["young", "middle"], "old"),
        }
    )
    return frame


TARGETS = {Task.BINARY: "left", Task.MULTICLASS: "band", Task.REGRESSION: "spend"}


@cache
def model(task: Task = Task.BINARY, n: int = 800) -> FittedModel:
    """A model fitted on ``rows(n)`` as training does it: recipe, encoder, estimator."""
    return fit(rows(n), task)


def fit(frame: pd.DataFrame, task: Task = Task.BINARY, recipe: Recipe | None = None) -> FittedModel:
    """The same on other rows."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    target = TARGETS[task]
    raw = frame.drop(columns=list(TARGETS.values()))
    transformer = RecipeTransformer(recipe or Recipe(), EXCLUDED).fit(raw)
    encoder = FeatureEncoder.fit(transformer.transform(raw), EXCLUDED)
    matrix = encoder.transform(transformer.transform(raw))
    options = {"max_iter": 40, "max_leaf_nodes": 8, "learning_rate": 0.2, "random_state": 0}
    if task is Task.REGRESSION:
        estimator = HistGradientBoostingRegressor(**options).fit(matrix, numbers(frame[target]))
        return FittedModel(transformer, encoder, estimator, task, target, excluded=EXCLUDED)
    classes = Classes.of(frame[target], task, "yes" if task is Task.BINARY else None)
    estimator = HistGradientBoostingClassifier(**options).fit(matrix, classes.codes(frame[target]))
    return FittedModel(
        transformer,
        encoder,
        estimator,
        task,
        target,
        classes.names,
        classes.values,
        positive="yes" if task is Task.BINARY else None,
        threshold=0.5 if task is Task.BINARY else None,
        excluded=EXCLUDED,
    )


def parquet(frame: pd.DataFrame, path: Path) -> Path:
    """The rows as a Parquet file."""
    frame.to_parquet(path, index=False)
    return path
