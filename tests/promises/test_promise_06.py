"""Promise 6: what was validated is what is served, to the last bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from proving import FULL, SEED, amount, tally
from samples import read_steps
from serving_samples import EXCLUDED, TARGETS, rows

from mll_core.catalog import MODELS
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.model_store import ModelStore
from mll_core.infra.quick_path import FEW, QuickPath
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.scorer import Scorer
from mll_core.infra.target_values import Classes, numbers
from mll_core.stages.train.fitting import calm

pytestmark = pytest.mark.promise
STEPS = [
    {"kind": "trim_text", "column": "plan"},
    {"kind": "flag_missing", "column": "age"},
    {"kind": "fill_missing", "column": "age", "how": "median"},
    {"kind": "clip_outliers", "column": "age"},
    {"kind": "group_rare", "column": "plan"},
    {"kind": "derive_column", "to": "decade", "formula": "age / 10"},
]
PAIRS = [(kind, task) for kind, cls in MODELS.items() for task in Task if task in cls.tasks]


def fitted(kind: str, task: Task, frame: pd.DataFrame) -> FittedModel:
    target = TARGETS[task]
    raw = frame.drop(columns=list(TARGETS.values()))
    transformer = RecipeTransformer(Recipe(steps=read_steps(STEPS)), EXCLUDED).fit(raw)
    prepared = transformer.transform(raw)
    encoder = FeatureEncoder.fit(prepared, EXCLUDED)
    model = MODELS[kind]()
    classes = Classes.of(frame[target], task) if task.classifies else None
    truth: Any = classes.codes(frame[target]) if classes else numbers(frame[target])
    estimator = model.build(encoder.features, task, seed=0, threads=1)
    with calm():
        matrix = encoder.transform(prepared)
        estimator = model.fit(estimator, matrix, truth, categories=encoder.categories)
    return FittedModel(
        transformer=transformer,
        encoder=encoder,
        estimator=estimator,
        task=task,
        target=target,
        classes=classes.names if classes else (),
        class_values=classes.values if classes else (),
        positive=classes.names[-1] if classes and task is Task.BINARY else None,
        threshold=0.4 if task is Task.BINARY else None,
        excluded=EXCLUDED,
    )


def unknown(count: int) -> pd.DataFrame:
    """Rows the model never met: unseen categories, missing values, far values."""
    frame = rows(count, seed=SEED % 1_000 + 1).drop(columns=list(TARGETS.values()))
    draw = np.random.default_rng(SEED)
    frame["plan"] = frame["plan"].astype(object)
    frame["active"] = frame["active"].astype(object)
    frame.loc[draw.random(count) < 0.1, "plan"] = "never seen"
    for column in ("plan", "active", "age", "since"):
        frame.loc[draw.random(count) < 0.1, column] = None
    frame.loc[draw.random(count) < 0.02, "age"] = 1e12
    frame.loc[draw.random(count) < 0.02, "age"] = -1e-12
    return frame


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The same rows as a caller of the service sends them."""
    return [
        {
            name: None if pd.isna(value) else value.isoformat() if name == "since" else value
            for name, value in row.items()
        }
        for row in frame[["age", "plan", "active", "since"]].to_dict("records")
    ]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return rows(amount(200, 2_000))


def test_in_memory_reloaded_and_served_are_the_same_bits(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    store = ModelStore(tmp_path, b"k" * 32, read_steps)
    new = unknown(amount(250, 10_000))
    sent = records(new)
    with tally(6, "models") as counts:
        for kind, task in counts.some(PAIRS, 4):
            model = fitted(kind, task, frame)
            loaded = store.load(store.save(model))
            quick = QuickPath.proved(loaded, None)
            assert quick is not None, (kind, task)
            scorer = Scorer(loaded, quick=quick)
            for start in range(0, len(new), 1_000):
                some = new[start : start + 1_000]
                one, two = model.score(some), loaded.score(some)
                assert np.array_equal(one, two), (kind, task)
                answers = scorer.predict(sent[start : start + 1_000])
                assert np.array_equal(one, served(answers, loaded)), (kind, task)
                decided = [answer.prediction for answer in answers]
                assert decided == values(model, one), (kind, task)
                counts["rows compared"] += len(some)
                for first, last in ((0, FEW), *((row, row + 1) for row in range(20))):
                    answers = scorer.predict(sent[start : start + 1_000][first:last])
                    long = loaded.score(some[first:last])  # a sum of one row may round otherwise
                    assert np.array_equal(long, served(answers, loaded)), (kind, task)
                    counts["of them by the quick path"] += len(answers)
            counts["pipelines"] += 1
    assert counts["pipelines"] == len(PAIRS) >= 15 or not FULL


def served(answers: list[Any], model: FittedModel) -> Any:
    if model.task is Task.REGRESSION:
        return np.array([answer.prediction for answer in answers])
    return np.array([[answer.probabilities[name] for name in model.classes] for answer in answers])


def values(model: FittedModel, score: Any) -> list[Any]:
    decided = model.decide(score)
    if model.task is Task.REGRESSION:
        return [float(value) for value in decided]
    return [model.class_values[int(code)] for code in decided]
