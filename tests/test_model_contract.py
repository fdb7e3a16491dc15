"""What every model must keep, present and future."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from model_cases import EXAMPLES, Case, case, example, suited
from skops import io

from mll_core.catalog import MODELS
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.expectations import Expectations
from mll_core.domain.model import Model
from mll_core.domain.plugin import bounds
from mll_core.domain.task import ANSWERED, Task
from mll_core.infra import model_scrub
from mll_core.infra.model_store import TRUSTED, dumped

LEARN = {kind: cls for kind, cls in MODELS.items() if cls.tasks & ANSWERED}
PAIRS = [(cls, task) for cls in LEARN.values() for task in Task if task in cls.tasks]
every_model = pytest.mark.parametrize("cls", LEARN.values(), ids=LEARN)
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
    rows = suited(cls, case(task))
    fitted = rows.fitted(example(cls))
    holds(rows, rows.scores(fitted))
    strange = rows.matrix.copy()
    strange[:, :3] = 1e6
    strange[:, 3:] = np.nan
    holds(rows, rows.scores(fitted, strange))


@every_pair
def test_it_learns_from_twenty_rows(cls: type[Model], task: Task) -> None:
    rows = suited(cls, case(task, n=20))
    holds(rows, rows.scores(rows.fitted(example(cls))))


@every_pair
def test_it_learns_from_more_columns_than_rows(cls: type[Model], task: Task) -> None:
    rows = suited(cls, case(task, n=60, extra=250))
    holds(rows, rows.scores(rows.fitted(example(cls))))


@every_pair
def test_a_class_that_is_missing_in_a_fold_gets_no_probability(
    cls: type[Model], task: Task
) -> None:
    if task is not Task.MULTICLASS:
        return
    rows = case(task, n=600)
    seen = rows.truth != 1
    part = replace(rows, matrix=rows.matrix[seen], truth=rows.truth[seen])
    scores = part.scores(part.fitted(example(cls)))
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
    holds(rare, rare.scores(rare.fitted(example(cls))))


@every_pair
def test_seed_disk_and_the_number_of_rows_asked_change_nothing(
    cls: type[Model], task: Task
) -> None:
    rows = suited(cls, case(task, n=700))
    fitted, again = (rows.fitted(example(cls), seed=3) for _ in range(2))
    scores = rows.scores(fitted)
    assert np.array_equal(rows.scores(again), scores)
    loaded = io.loads(io.dumps(fitted), trusted=TRUSTED)
    assert np.array_equal(rows.scores(loaded), scores)
    for row in (0, 17, 699):
        one = rows.scores(loaded, rows.matrix[row : row + 1])
        np.testing.assert_allclose(one[0], scores[row], rtol=1e-6, atol=1e-8)


SAME = 0.85
"""A row's share of columns that are as learned: statistics of the target are cross-fitted."""


def inside(part: object, seen: set[int]) -> Iterator[object]:
    """Every object that a fitted estimator is made of."""
    if id(part) in seen:
        return
    seen.add(id(part))
    yield part
    parts = part.values() if isinstance(part, dict) else part
    if isinstance(parts, list | tuple) or isinstance(part, dict):
        for one in parts:  # type: ignore[attr-defined]
            yield from inside(one, seen)
    elif hasattr(part, "__dict__"):
        yield from inside(vars(part), seen)


@every_pair
def test_what_keeps_rows_it_learned_from_is_known_for_an_erasure(
    cls: type[Model], task: Task
) -> None:
    rows = suited(cls, case(task, n=60))
    fitted = rows.fitted(example(cls))
    parts = list(inside(fitted, set()))
    columns = [getattr(part, "named_steps", {}).get("columns") for part in parts]
    fit = [one for one in columns if hasattr(one, "transformers_")]
    seen = [rows.matrix, *(one.transform(rows.matrix) for one in fit)]
    tables = [part for part in parts if isinstance(part, np.ndarray) and part.ndim == 2]
    kept = any(
        table.shape[1] == learned.shape[1]
        and bool((np.isclose(table[:, None], learned, atol=1e-6).mean(axis=2) > SAME).any())
        for table in tables
        for learned in seen
    )
    assert model_scrub.remembers(dumped(fitted)) == kept


@every_pair
def test_a_model_that_is_no_baseline_beats_the_prior(cls: type[Model], task: Task) -> None:
    if cls.name() == "prior":
        return
    rows, fresh = (suited(cls, case(task, n=900, seed=seed)) for seed in (0, 1))
    prior = MODELS["prior"]()
    mine = fresh.scores(rows.fitted(example(cls)), fresh.matrix)
    theirs = fresh.scores(rows.fitted(prior), fresh.matrix)
    assert loss(fresh, mine) < loss(fresh, theirs)


def loss(rows: Case, scores: np.ndarray) -> float:
    if not rows.task.classifies:
        return float(np.mean((scores - rows.truth) ** 2))
    return float(np.mean((scores - np.eye(rows.k)[rows.truth]) ** 2))


@every_model
def test_its_search_space_is_its_bounds_and_nothing_beyond_them(cls: type[Model]) -> None:
    example(cls)
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


@pytest.mark.parametrize("direction", ["rising", "falling"])
@pytest.mark.parametrize(
    ("cls", "task"),
    [(c, t) for c, t in PAIRS if "directions" in c.keeps and t is not Task.MULTICLASS],
    ids=lambda value: value.name() if isinstance(value, type) else str(value),
)
def test_the_answer_never_goes_against_a_demanded_direction(
    cls: type[Model], task: Task, direction: str
) -> None:
    rows = case(task, n=500)
    demanded = Expectations(**{direction: ("x",)}).marked(rows.features)
    held = replace(rows, features=demanded)
    fitted = held.fitted(example(cls))
    for row in (1, 100, 400):
        asked = np.repeat(rows.matrix[[row]], 200, axis=0)
        asked[:, 0] = np.linspace(-4, 4, 200)
        scores = held.scores(fitted, asked)
        steps = np.diff(scores[:, 1] if task.classifies else scores)
        assert ((steps if direction == "rising" else -steps) >= -1e-7).all()


@pytest.mark.parametrize(
    ("cls", "task"),
    [(c, t) for c, t in PAIRS if "groups" in c.keeps and t is not Task.MULTICLASS],
    ids=lambda value: value.name() if isinstance(value, type) else str(value),
)
def test_columns_of_different_groups_only_add_up(cls: type[Model], task: Task) -> None:
    rows = case(task, n=600)
    together = Expectations(together=(("x", "amount"),)).marked(rows.features)
    fitted = replace(rows, features=together).fitted(example(cls))
    asked = np.repeat(rows.matrix[[7]], 40, axis=0)
    asked[:, 0] = np.repeat(np.linspace(-2, 2, 10), 4)
    asked[:, 3] = np.tile(np.arange(4), 10)
    scores = rows.scores(fitted, asked)
    if task.classifies:
        scores = np.log(scores[:, 1]) - np.log(scores[:, 0])
    table = scores.reshape(10, 4)
    gap = table - table[:1]
    np.testing.assert_allclose(gap - gap[:, :1], 0, atol=1e-4)


@every_model
def test_settings_that_say_what_is_asked_are_settings(cls: type[Model]) -> None:
    assert cls.fixed <= set(cls.parameters())
    assert set(EXAMPLES) <= set(MODELS)
