"""What every model must keep, present and future."""

from dataclasses import replace

import numpy as np
import pytest
from model_cases import Case, case
from skops import io

from mll_core.catalog import MODELS
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.model import Model
from mll_core.domain.plugin import bounds
from mll_core.domain.task import Task
from mll_core.infra.model_store import TRUSTED

PAIRS = [(cls, task) for cls in MODELS.values() for task in Task if task in cls.tasks]
every_model = pytest.mark.parametrize("cls", MODELS.values(), ids=MODELS)
every_pair = pytest.mark.parametrize(
    ("cls", "task"), PAIRS, ids=[f"{cls.name()}-{task}" for cls, task in PAIRS]
)


def holds(rows: Case, scores: np.ndarray) -> None:
    """Scores as the contract has them: of the right shape, no NaN, probabilities that add up."""
    assert np.isfinite(scores).all()
    if rows.task.classifies:
        assert scores.shape == (len(rows.matrix), rows.k)
        np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)
        assert (scores >= 0).all()
    else:
        assert scores.shape == (len(rows.matrix),)


@every_pair
def test_it_learns_gaps_categories_and_a_constant_and_meets_unseen_ones(
    cls: type[Model], task: Task
) -> None:
    rows = case(task)
    fitted = rows.fitted(cls())
    holds(rows, rows.scores(fitted))
    strange = rows.matrix.copy()
    strange[:, :3] = 1e6
    strange[:, 3:] = np.nan
    holds(rows, rows.scores(fitted, strange))


@every_pair
def test_it_learns_from_thirty_rows(cls: type[Model], task: Task) -> None:
    rows = case(task, n=30)
    holds(rows, rows.scores(rows.fitted(cls())))


@every_pair
def test_it_learns_from_more_columns_than_rows(cls: type[Model], task: Task) -> None:
    rows = case(task, n=60, extra=250)
    holds(rows, rows.scores(rows.fitted(cls())))


@every_pair
def test_a_class_that_is_missing_in_a_fold_gets_no_probability(
    cls: type[Model], task: Task
) -> None:
    if task is not Task.MULTICLASS:
        return
    rows = case(task, n=600)
    seen = rows.truth != 1
    part = replace(rows, matrix=rows.matrix[seen], truth=rows.truth[seen])
    scores = part.scores(part.fitted(cls()))
    holds(part, scores)
    assert (scores[:, 1] == 0).all()


@every_pair
def test_a_class_with_one_row_is_no_obstacle(cls: type[Model], task: Task) -> None:
    if not task.classifies:
        return
    rows = case(task, n=600)
    truth = np.where(rows.truth == 1, 0, rows.truth)
    truth[5] = 1
    rare = replace(rows, truth=truth)
    holds(rare, rare.scores(rare.fitted(cls())))


@every_pair
def test_a_copy_from_disk_scores_the_same_to_the_last_bit(cls: type[Model], task: Task) -> None:
    rows = case(task, n=700)
    fitted = rows.fitted(cls())
    loaded = io.loads(io.dumps(fitted), trusted=TRUSTED)
    assert np.array_equal(rows.scores(loaded), rows.scores(fitted))


@every_pair
def test_the_same_seed_gives_the_same_scores(cls: type[Model], task: Task) -> None:
    rows = case(task, n=700)
    once, again = rows.scores(rows.fitted(cls(), seed=3)), rows.scores(rows.fitted(cls(), seed=3))
    assert np.array_equal(once, again)


@every_pair
def test_a_model_that_is_no_baseline_beats_the_prior(cls: type[Model], task: Task) -> None:
    if cls.name() == "prior":
        return
    rows, fresh = case(task, n=900), case(task, n=900, seed=1)
    prior = MODELS["prior"]()
    mine = fresh.scores(rows.fitted(cls()), fresh.matrix)
    theirs = fresh.scores(rows.fitted(prior), fresh.matrix)
    assert loss(fresh, mine) < loss(fresh, theirs)


def loss(rows: Case, scores: np.ndarray) -> float:
    if not rows.task.classifies:
        return float(np.mean((scores - rows.truth) ** 2))
    return float(np.mean((scores - np.eye(rows.k)[rows.truth]) ** 2))


@every_model
def test_its_search_space_is_its_bounds_and_nothing_beyond_them(cls: type[Model]) -> None:
    for name, field in cls.parameters().items():
        assert field.description
        if field.annotation not in (int, float):
            continue
        low, high = bounds(field)
        for task in cls.tasks:
            rows = case(task, n=30)
            for value in (low, high):
                built = cls.of(**{name: value}).build(rows.features, task, seed=0, threads=1)
                assert built is not None
        with pytest.raises(InvalidParameter, match=f"{cls.name()}.{name}.*got {high + 1}"):
            cls.of(**{name: high + 1})


@every_model
def test_its_variants_are_settings_of_its_own_and_differ(cls: type[Model]) -> None:
    found = [cls(), *cls.variants()]
    assert all(type(variant) is cls for variant in found)
    assert len({variant.model_dump_json() for variant in found}) == len(found)
