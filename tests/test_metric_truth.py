"""Every metric equals scikit-learn's to 1e-12, found by discovery, on random and awkward rows."""

import math
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
