"""A table of 20 columns and a model of it, for load figures; and the same as MLflow serves it."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.target_values import Classes

TARGET = "left"
NUMBERS = [f"n{i}" for i in range(15)]
WORDS = [f"c{i}" for i in range(5)]
TREES = 100


def table(n: int = 3_000, seed: int = 0) -> pd.DataFrame:
    """15 numbers, 5 categories and a target that depends on some of them."""
    draw = np.random.default_rng(seed)
    columns: dict[str, Any] = {name: draw.normal(size=n).round(6) for name in NUMBERS}
    for i, name in enumerate(WORDS):
        columns[name] = draw.choice([f"level {k}" for k in range(4 + 4 * i)], n)
    odds = columns["n0"] + columns["n1"] * columns["n2"] + (columns["c0"] == "level 1")
    columns[TARGET] = np.where(odds + draw.normal(size=n) > 0, "yes", "no")
    return pd.DataFrame(columns)


def records(n: int, seed: int = 5) -> list[dict[str, Any]]:
    """Rows as a caller sends them."""
    rows: list[dict[str, Any]] = table(n, seed).drop(columns=TARGET).to_dict("records")
    return rows


@cache
def model() -> FittedModel:
    """Histogram boosting of 100 trees over the table."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    frame = table()
    raw = frame.drop(columns=TARGET)
    transformer = RecipeTransformer(Recipe()).fit(raw)
    prepared = transformer.transform(raw)
    encoder = FeatureEncoder.fit(prepared)
    classes = Classes.of(frame[TARGET], Task.BINARY, "yes")
    estimator = HistGradientBoostingClassifier(
        max_iter=TREES, categorical_features=encoder.categories, random_state=0
    ).fit(encoder.transform(prepared), classes.codes(frame[TARGET]))
    return FittedModel(
        transformer,
        encoder,
        estimator,
        Task.BINARY,
        TARGET,
        classes.names,
        classes.values,
        positive="yes",
        threshold=0.5,
    )


def save_for_mlflow(folder: Path) -> None:
    """The usual pipeline of scikit-learn over the same table, as `mlflow models serve` takes it."""
    import mlflow
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OrdinalEncoder

    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    prepare = ColumnTransformer([("codes", codes, WORDS)], remainder="passthrough")
    places = list(range(len(WORDS)))
    trees = HistGradientBoostingClassifier(
        max_iter=TREES, categorical_features=places, random_state=0
    )
    frame = table()
    raw = frame.drop(columns=TARGET)
    pipeline = Pipeline([("prepare", prepare), ("trees", trees)]).fit(raw, frame[TARGET])
    mlflow.sklearn.save_model(
        pipeline,
        str(folder),
        serialization_format="cloudpickle",
        pyfunc_predict_fn="predict_proba",
        pip_requirements=["scikit-learn"],  # or it looks for them, for a minute
    )


if __name__ == "__main__":
    save_for_mlflow(Path(sys.argv[1]))
