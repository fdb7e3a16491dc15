import timeit

import numpy as np
import pandas as pd
import pytest
from training_cases import people

from mll_core.catalog import MODELS
from mll_core.domain.errors import UnfitRows
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import ANSWERED, Task
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.fitted_model import FittedModel, labels_of, scores_of
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.target_values import Classes, numbers
from mll_core.plugins.steps.trim_text import TrimText
from mll_core.stages.train.fitting import calm


def fitted(task: Task, kind: str = "hist_gradient_boosting") -> FittedModel:
    frame = people(task)
    raw, target = frame.drop(columns="answer"), frame["answer"]
    excluded = frozenset({"id"})
    recipe = Recipe(steps=(TrimText(column="town"),))
    transformer = RecipeTransformer(recipe, excluded).fit(raw)
    encoder = FeatureEncoder.fit(transformer.transform(raw), excluded)
    classes = Classes.of(target, task) if task.classifies else Classes((), ())
    truth = classes.codes(target) if task.classifies else numbers(target)
    model = MODELS[kind]()
    estimator = model.build(encoder.features, task, seed=0, threads=1)
    matrix = encoder.transform(transformer.transform(raw))
    with calm():
        estimator = model.fit(estimator, matrix, truth, categories=encoder.categories)
    return FittedModel(
        transformer=transformer,
        encoder=encoder,
        estimator=estimator,
        task=task,
        target="answer",
        classes=classes.names,
        class_values=classes.values,
        threshold=0.3 if task is Task.BINARY else None,
        excluded=excluded,
    )


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_raw_rows_in_scores_out_with_the_truth_beside_them(task: Task) -> None:
    model, frame = fitted(task), people(task, seed=4)
    found = model.predictions(frame)
    assert found.n == len(frame)
    assert np.array_equal(found.score, model.score(frame))
    assert np.array_equal(found.label, model.decide(found.score))
    assert found.score.shape == ((400, len(model.classes)) if task.classifies else (400,))


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_one_row_scores_as_it_does_among_many(task: Task) -> None:
    model, frame = fitted(task), people(task, seed=4)
    together = model.score(frame)
    for place in (0, 13, 399):
        assert np.array_equal(model.score(frame.iloc[[place]])[0], together[place])


def test_excluded_columns_and_the_target_need_not_be_sent_others_must() -> None:
    model, frame = fitted(Task.BINARY), people(Task.BINARY)
    assert model.inputs == {"age": "number", "town": "text", "joined": "time"}
    slim = frame[["town", "age", "joined"]]
    assert np.array_equal(model.score(slim), model.score(frame))
    with pytest.raises(UnfitRows, match="town"):
        model.score(frame.drop(columns="town"))


def test_rows_without_a_known_answer_are_left_out_of_predictions() -> None:
    model, frame = fitted(Task.BINARY), people(Task.BINARY)
    frame["answer"] = frame["answer"].astype(object)
    frame.loc[[1, 5], "answer"] = [None, "perhaps"]
    assert model.predictions(frame).n == 398


def test_the_threshold_decides_and_without_one_an_even_chance() -> None:
    score = np.array([[0.7, 0.3], [0.5, 0.5], [0.71, 0.29]])
    assert labels_of(score, Task.BINARY, 0.3).tolist() == [1, 1, 0]
    assert labels_of(score, Task.BINARY, None).tolist() == [0, 1, 0]
    assert labels_of(np.eye(3)[[2, 0]], Task.MULTICLASS, None).tolist() == [2, 0]


def test_a_class_the_estimator_never_met_has_probability_zero() -> None:
    from sklearn.dummy import DummyClassifier

    matrix = np.zeros((4, 1), np.float32)
    dummy = DummyClassifier(strategy="prior").fit(matrix, [0, 2, 2, 2])
    score = scores_of(dummy, matrix[:1], Task.MULTICLASS, 4)
    assert score.tolist() == [[0.25, 0, 0.75, 0]]


def test_no_rows_give_no_scores() -> None:
    assert fitted(Task.BINARY).score(people(Task.BINARY).head(0)).shape == (0, 2)


def test_one_raw_record_is_scored_in_milliseconds() -> None:
    model, row = fitted(Task.BINARY), people(Task.BINARY).head(1)
    assert isinstance(row, pd.DataFrame)
    assert min(timeit.repeat(lambda: model.score(row), number=1, repeat=30)) < 0.05
