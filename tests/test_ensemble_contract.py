"""What every ensemble must keep, present and future."""

import numpy as np
import pytest
from skops import io

from mll_core.catalog import ENSEMBLES
from mll_core.domain.ensemble import Ensemble, Mix
from mll_core.domain.plugin import bounds
from mll_core.domain.task import ANSWERED, Floats, Task
from mll_core.infra.estimators.blend import Blend
from mll_core.infra.model_store import TRUSTED

every_ensemble = pytest.mark.parametrize("cls", ENSEMBLES.values(), ids=ENSEMBLES)
every_task = pytest.mark.parametrize("task", sorted(ANSWERED))
CLASSES = {Task.BINARY: 2, Task.MULTICLASS: 4, Task.REGRESSION: 0}


def said(task: Task, n: int = 300, models: int = 3) -> tuple[list[Floats], Floats]:
    """What models of different worth say, and the truth."""
    draw, k = np.random.default_rng(0), CLASSES[task]
    if not k:
        truth = draw.normal(100, 20, n)
        return [truth + draw.normal(0, 5 + 5 * i, n) for i in range(models)], truth
    truth = draw.integers(0, k, n)
    odds = [2 * np.eye(k)[truth] + draw.normal(0, 1 + i, (n, k)) for i in range(models)]
    return [np.exp(one) / np.exp(one).sum(axis=1, keepdims=True) for one in odds], truth


@every_ensemble
@every_task
def test_it_weighs_every_model_and_gives_scores_of_the_same_shape(
    cls: type[Ensemble], task: Task
) -> None:
    scores, truth = said(task)
    mix = cls.of().mix(scores, truth, task)
    assert len(mix.weights) == len(scores)
    assert min(mix.weights) >= 0  # what rises along a column in every model does so in the mix
    blended = mix.blend(scores)
    assert blended.shape == scores[0].shape
    assert np.isfinite(blended).all()
    if task.classifies:
        np.testing.assert_allclose(blended.sum(axis=1), 1)
    assert Mix.model_validate_json(mix.model_dump_json()) == mix
    assert cls.of().mix(scores, truth, task) == mix


@every_ensemble
@every_task
def test_one_row_is_mixed_as_many_are(cls: type[Ensemble], task: Task) -> None:
    scores, truth = said(task)
    mix = cls.of().mix(scores, truth, task)
    each = [mix.blend([score[row : row + 1] for score in scores]) for row in range(len(truth))]
    np.testing.assert_array_equal(np.concatenate(each), mix.blend(scores))


@every_ensemble
@every_task
def test_models_that_say_the_same_and_certain_ones_are_no_harm(
    cls: type[Ensemble], task: Task
) -> None:
    scores, truth = said(task, n=40, models=2)
    same = [scores[0], scores[0]]
    sure = [np.eye(CLASSES[task])[truth.astype(int)] if task.classifies else truth, scores[1]]
    for given in (same, sure):
        blended = cls.of().mix(given, truth, task).blend(given)
        assert np.isfinite(blended).all()


@every_ensemble
def test_its_settings_are_explained_and_bounded(cls: type[Ensemble]) -> None:
    for field in cls.parameters().values():
        assert field.description
        low, high = bounds(field)
        assert low < high


@every_task
def test_members_that_answer_as_one_are_stored_without_foreign_types(task: Task) -> None:
    from sklearn.linear_model import LinearRegression, LogisticRegression

    scores, truth = said(task)
    matrix = np.column_stack([score if score.ndim == 1 else score[:, 0] for score in scores])
    members = [
        (LogisticRegression() if task.classifies else LinearRegression()).fit(matrix[:, [i]], truth)
        for i in range(2)
    ]
    weights = Mix(weights=(0.25, 0.75)).to_json()
    blend = Blend(members, weights, task.value, CLASSES[task])
    again = io.loads(io.dumps(blend), trusted=TRUSTED)
    score = "predict_proba" if task.classifies else "predict"
    first = matrix[:, [0]]
    expected = sum(w * getattr(m, score)(first) for w, m in zip((0.25, 0.75), members, strict=True))
    np.testing.assert_allclose(getattr(again, score)(first), expected)
    assert np.array_equal(getattr(again, score)(first), getattr(blend, score)(first))
