"""What every model keeps that learns from rows without an answer, present and future."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from skops import io
from unanswered_cases import Crowd, crowd, example

from mll_core.catalog import MODELS
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.model import Model
from mll_core.domain.plugin import bounds
from mll_core.domain.task import ANSWERED, Floats, Task
from mll_core.infra import model_scrub
from mll_core.infra.model_store import TRUSTED, dumped

PAIRS = [(cls, t) for cls in MODELS.values() for t in sorted(cls.tasks - ANSWERED)]
GROUPING = [cls for cls, task in PAIRS if task is Task.CLUSTERING]
DETECTING = [cls for cls, task in PAIRS if task is Task.ANOMALY]
every_pair = pytest.mark.parametrize(
    ("cls", "task"), PAIRS, ids=[f"{cls.name()}-{task}" for cls, task in PAIRS]
)


def holds(scores: Floats, rows: int) -> None:
    assert scores.shape[0] == rows
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)


@every_pair
@pytest.mark.parametrize(("n", "extra"), [(300, 0), (30, 0), (60, 250)], ids=["gaps", "30", "wide"])
def test_it_learns_gaps_and_constants_few_rows_and_many_columns(
    cls: type[Model], task: Task, n: int, extra: int
) -> None:
    rows = crowd(n, extra)
    fitted = rows.fitted(example(cls), task)
    holds(rows.scores(fitted, task), n)
    strange = rows.matrix.copy()
    strange[:, :3], strange[:, 3:] = 1e6, np.nan
    holds(rows.scores(fitted, task, strange), n)


@every_pair
def test_seed_disk_and_the_number_of_rows_asked_change_nothing(
    cls: type[Model], task: Task
) -> None:
    rows = crowd()
    fitted, again = (rows.fitted(example(cls), task) for _ in range(2))
    scores = rows.scores(fitted, task)
    assert np.array_equal(rows.scores(again, task), scores)
    loaded = io.loads(io.dumps(fitted), trusted=TRUSTED)
    assert np.array_equal(rows.scores(loaded, task), scores)
    for row in (0, 17, 299):
        one = rows.scores(loaded, task, rows.matrix[row : row + 1])
        np.testing.assert_allclose(one[0], scores[row], rtol=1e-6, atol=1e-8)


@every_pair
def test_models_that_keep_rows_are_known_to(cls: type[Model], task: Task) -> None:
    rows = crowd()
    fitted = rows.fitted(example(cls), task)
    places = fitted.space_.transform(rows.matrix)
    tables = [array for array in arrays(fitted) if array.shape[1:] == places.shape[1:]]
    seen = places[[7, 100, 250]]
    kept = any((np.abs(table - row).max(axis=1) < 1e-6).any() for table in tables for row in seen)
    assert model_scrub.remembers(dumped(fitted)) or not kept


def arrays(thing: Any) -> Iterator[np.ndarray]:
    """Every table in a fitted estimator."""
    for value in vars(thing).values():
        if isinstance(value, np.ndarray) and value.ndim == 2:
            yield value
        elif hasattr(value, "__dict__"):
            yield from arrays(value)


@pytest.mark.parametrize("cls", GROUPING, ids=lambda cls: cls.name())
def test_rows_of_one_crowd_are_in_one_group_and_so_are_new_ones(cls: type[Model]) -> None:
    model = example(cls)
    if "groups" in cls.parameters():
        model = cls.of(groups=3)
    fresh = crowd(seed=1)
    fitted = crowd().fitted(model, Task.CLUSTERING)
    code = fresh.scores(fitted, Task.CLUSTERING).argmax(axis=1)
    for group in range(3):
        share = np.bincount(code[fresh.group == group]).max() / (fresh.group == group).sum()
        assert share > 0.8
    assert len({np.bincount(code[fresh.group == group]).argmax() for group in range(3)}) == 3


@pytest.mark.parametrize("cls", DETECTING, ids=lambda cls: cls.name())
def test_rows_far_from_all_others_are_odder_than_nearly_all(cls: type[Model]) -> None:
    rows = crowd(n=400, odd=8)
    score = rows.scores(rows.fitted(example(cls), Task.ANOMALY), Task.ANOMALY)[:, 1]
    assert np.mean(score[rows.odd][:, None] > score[~rows.odd]) > 0.9


@pytest.mark.parametrize("cls", DETECTING, ids=lambda cls: cls.name())
def test_a_score_is_the_share_of_usual_rows_that_are_less_odd(cls: type[Model]) -> None:
    learned, fresh = crowd(n=600, seed=2), crowd(n=600, seed=3)
    fitted = learned.fitted(example(cls), Task.ANOMALY)
    score = fresh.scores(fitted, Task.ANOMALY)[:, 1]
    assert np.mean(score > 0.9) == pytest.approx(0.1, abs=0.06)


@pytest.mark.parametrize("cls", DETECTING, ids=lambda cls: cls.name())
def test_with_many_rows_a_queue_is_as_long_as_was_asked(cls: type[Model]) -> None:
    learned, fresh = crowd(n=2_400, seed=2), crowd(n=2_400, seed=3)
    fitted = learned.fitted(example(cls), Task.ANOMALY)
    score = fresh.scores(fitted, Task.ANOMALY)[:, 1]
    assert np.mean(score >= 0.95) == pytest.approx(0.05, abs=0.03)


@every_pair
def test_its_search_space_is_its_bounds_and_nothing_beyond_them(
    cls: type[Model], task: Task
) -> None:
    rows: Crowd = crowd(30)
    for name, field in cls.parameters().items():
        assert field.description
        if field.annotation not in (int, float):
            continue
        low, high = bounds(field)
        for value in (low, high):
            assert cls.of(**{name: value}).build(rows.features, task, seed=0, threads=1) is not None
        with pytest.raises(InvalidParameter, match=f"{cls.name()}.{name}.*got {high + 1}"):
            cls.of(**{name: high + 1})
