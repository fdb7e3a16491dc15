"""Real fitted models on small made-up tables, for the tests of what comes after training."""

from typing import Any

import numpy as np
import pandas as pd

from mll_core.catalog import MODELS
from mll_core.domain.conformal import Band, Sets
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.target_values import Classes, numbers

TARGETS = {Task.BINARY: "leaves", Task.MULTICLASS: "plan", Task.REGRESSION: "spend"}


def customers(n: int = 600, seed: int = 0) -> pd.DataFrame:
    """Customers with a target of each kind; ``noise`` says nothing, ``sex`` is protected."""
    draw = np.random.default_rng(seed)
    age = draw.integers(18, 80, n).astype(float)
    usage = draw.gamma(2.0, 20.0, n)
    city = draw.choice(["Oslo", "Bergen", "Vik"], n, p=[0.6, 0.3, 0.1])
    sex = draw.choice(["f", "m"], n)
    push = 0.05 * (age - 45) - 0.03 * (usage - 40) + (city == "Vik") * 1.0 + (sex == "m") * 0.5
    leaves = np.where(draw.random(n) < 1 / (1 + np.exp(-push)), "yes", "no")
    spend = 100 + 2 * usage + age + 20 * (city == "Oslo") + draw.normal(0, 10, n)
    plan = np.where(spend > 240, "large", np.where(spend > 205, "medium", "small"))
    frame = pd.DataFrame(
        {
            "age": age,
            "usage": usage,
            "city": city,
            "sex": sex,
            "noise": draw.normal(size=n),
            "leaves": leaves,
            "plan": plan,
            "spend": spend,
        }
    )
    frame.loc[frame.index % 17 == 0, "usage"] = np.nan
    return frame


def fit(frame: pd.DataFrame, task: Task, kind: str, **settings: Any) -> FittedModel:
    """A model of ``kind`` fitted on ``frame``, from the same parts as training uses."""
    target, excluded = TARGETS[task], frozenset(TARGETS.values())
    transformer = RecipeTransformer(Recipe(), excluded).fit(frame)
    encoder = FeatureEncoder.fit(transformer.transform(frame), excluded)
    matrix = encoder.transform(transformer.transform(frame))
    model = MODELS[kind].of(**settings)
    estimator = model.build(encoder.features, task, seed=0, threads=1)
    classes = Classes.of(frame[target], task) if task.classifies else None
    truth: Any = classes.codes(frame[target]) if classes else numbers(frame[target])
    fitted = model.fit(estimator, matrix, truth, categories=encoder.categories)
    return FittedModel(
        transformer=transformer,
        encoder=encoder,
        estimator=fitted,
        task=task,
        target=target,
        classes=classes.names if classes else (),
        class_values=classes.values if classes else (),
        positive=classes.names[-1] if classes and task is Task.BINARY else None,
        threshold=0.5 if task is Task.BINARY else None,
        reach=Sets(goal=0.9, least=0.3) if classes else Band(goal=0.9, low=-10, high=10),
        excluded=excluded - {target},
    )
