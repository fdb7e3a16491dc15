"""Every metric equals scikit-learn's to 1e-12, found by discovery, on random and awkward rows."""

import math
import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from metric_cases import exactly, of
from metric_truths import TRUTHS

from mll_core.catalog import METRICS
from mll_core.domain.metric import Metric
from mll_core.domain.task import Floats, Predictions, Task

CASES = [(t, kind) for t in TRUTHS for kind, cls in METRICS.items() if t in cls.tasks]
every_case = pytest.mark.parametrize(("task", "kind"), CASES, ids=[f"{t}-{k}" for t, k in CASES])
FEW = 40


def rows(task: Task) -> Iterator[tuple[Predictions, Floats]]:
    """Plain rows, weighted rows, rows that all tie, few rows; odd seeds have many ties."""
    for seed in range(4):
        cases, draw = of(task, seed, n=120), np.random.default_rng(seed)
        yield cases, np.ones(cases.n)
        yield cases, draw.integers(0, 4, cases.n).astype(float)
    tied = np.repeat(cases.score[:1], cases.n, axis=0)
    if task.classifies:
        yield replace(cases, score=tied), np.ones(cases.n)
    few = of(task, 5, n=FEW)
    yield few, np.ones(few.n)


@every_case
def test_it_is_the_number_scikit_learn_gives(task: Task, kind: str) -> None:
    metric, truth = METRICS[kind].of(), TRUTHS[task][kind]
    for cases, weights in rows(task):
        if not metric.repeats and (weights != 1).any():
            continue  # rows are compared with each other: none counts twice
        (found,) = metric.scores(cases, weights[None, :])
        assert found == exactly(truth(cases, weights))
        if (weights == 1).all():
            assert metric.score(cases) == exactly(truth(cases, weights))


@pytest.mark.parametrize("kind", sorted(TRUTHS[Task.BINARY]))
@pytest.mark.parametrize("only", [0, 1])
def test_one_class_alone_gives_scikit_learns_number_or_none_at_all(kind: str, only: int) -> None:
    cases = of(Task.BINARY, 2)
    cases = cases.take(cases.truth == only)
    found = METRICS[kind].of().score(cases)
    if math.isnan(found):
        return  # not defined with one class; scikit-learn refuses, warns, or says 0
    assert found == exactly(TRUTHS[Task.BINARY][kind](cases, np.ones(cases.n)))


def awkward(task: Task) -> Iterator[Predictions]:
    """Targets that never vary, answers that never vary, a class that never occurs, one row."""
    cases, level = of(task, 2, n=60), np.full(60, 7.0)
    yield cases.take(np.arange(1))
    if not task.classifies:
        yield Predictions(level, cases.score, cases.score)
        yield Predictions(level, level, level)
        yield Predictions(cases.truth, level, level)
        yield Predictions(np.where(np.arange(60) % 2, 0.0, cases.truth), cases.score, cases.score)
        return
    yield cases.take(cases.truth == 0)
    tied, always = np.tile(cases.score[:1], (60, 1)), np.zeros(60, np.int64)
    yield Predictions(cases.truth, tied, always, cases.classes)
    if task is Task.MULTICLASS:
        yield cases.take(cases.truth != 1)
        said = np.where(cases.label == 1, 0, cases.label)
        yield Predictions(cases.truth, cases.score, said, cases.classes)


CONVENTION = {"matthews", "r2", "mape"}
"""Not defined here where scikit-learn sets a number by convention: 0, 0 or 1, and beyond 10^15."""


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION])
def test_of_awkward_rows_it_is_scikit_learns_number_or_none_where_that_is_not_defined(
    task: Task,
) -> None:
    for cases in awkward(task):
        for kind, truth in TRUTHS[task].items():
            ours = METRICS[kind].of().score(cases)
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                try:
                    theirs = float(truth(cases, np.ones(cases.n)))
                except ValueError:
                    theirs = math.nan
            if math.isnan(ours):
                assert warned or math.isnan(theirs) or kind in CONVENTION, kind
            else:
                assert ours == exactly(theirs), kind


@pytest.mark.parametrize("task", list(TRUTHS))
def test_what_is_not_a_number_is_refused_as_scikit_learn_does(task: Task) -> None:
    cases = of(task)
    score = cases.score.copy()
    score[3] = np.nan
    with pytest.raises(ValueError, match="not a number"):
        Predictions(cases.truth, score, cases.label, cases.classes)


def test_each_metric_of_each_task_has_a_truth_beside_it() -> None:
    assert {task: set(truths) for task, truths in TRUTHS.items()} == {
        task: {kind for kind, cls in METRICS.items() if task in cls.tasks} for task in Task
    }


@pytest.mark.parametrize("kind", METRICS)
def test_its_card_says_formula_range_and_direction(kind: str) -> None:
    cls: type[Metric] = METRICS[kind]
    assert len(cls.formula()) > 15
    assert "\n" not in cls.formula()
    assert " to " in cls.reach("EUR")
    assert cls.reach().endswith(("more is better", "less is better", "best at 0"))
