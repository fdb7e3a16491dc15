"""What every metric must keep, present and future."""

import math
from dataclasses import replace

import numpy as np
import pytest
from metric_cases import nothing, of

from mll_core.catalog import METRICS
from mll_core.domain.document import Brief
from mll_core.domain.metric import Metric
from mll_core.domain.plugin import bounds
from mll_core.domain.task import Task

every_metric = pytest.mark.parametrize("cls", METRICS.values(), ids=METRICS)
CASES = [(cls, task) for cls in METRICS.values() for task in Task if task in cls.tasks]
every_case = pytest.mark.parametrize(
    ("cls", "task"), CASES, ids=[f"{cls.name()}-{task.value}" for cls, task in CASES]
)


@every_metric
def test_its_card_is_filled_in(cls: type[Metric]) -> None:
    assert cls.label
    assert cls.__doc__
    assert cls.tasks
    assert cls.meaning.endswith(".")
    assert cls.unit in {"", "share", "target", "money"}
    for field in cls.parameters().values():
        assert field.description
        assert len(bounds(field)) == 2
    assert isinstance(cls.of_brief(Brief()), cls)


@every_case
def test_its_value_lies_in_its_range(cls: type[Metric], task: Task) -> None:
    for seed in range(4):
        value = cls.of().score(of(task, seed))
        assert math.isfinite(value)
        assert cls.lowest is None or value >= cls.lowest
        assert cls.highest is None or value <= cls.highest


@every_metric
def test_a_bound_of_an_interval_is_kept_in_its_range(cls: type[Metric]) -> None:
    assert cls.clipped(-1e9) == (-1e9 if cls.lowest is None else cls.lowest)
    assert cls.clipped(1e9) == (1e9 if cls.highest is None else cls.highest)
    assert cls.clipped(0.5) == 0.5
    assert math.isnan(cls.clipped(math.nan))


@every_case
def test_no_rows_is_not_a_number_and_not_an_error(cls: type[Metric], task: Task) -> None:
    assert math.isnan(cls.of().score(nothing(task)))


@every_case
@pytest.mark.parametrize("seed", [0, 1])
def test_a_row_weighted_twice_counts_as_two_rows(cls: type[Metric], task: Task, seed: int) -> None:
    if not cls.repeats:
        pytest.skip("compares rows with each other")
    cases = of(task, seed, n=60)
    weights = np.random.default_rng(seed).integers(0, 3, (20, 60)).astype(float)
    one_by_one = Metric.scores(cls.of(), cases, weights)
    assert cls.of().scores(cases, weights) == pytest.approx(one_by_one, rel=1e-9, nan_ok=True)


@every_case
def test_the_order_of_rows_does_not_matter(cls: type[Metric], task: Task) -> None:
    cases = of(task, seed=1)
    shuffled = cases.take(np.random.default_rng(0).permutation(cases.n))
    assert cls.of().score(shuffled) == pytest.approx(cls.of().score(cases), rel=1e-12)


@every_case
def test_better_predictions_have_a_better_value(cls: type[Metric], task: Task) -> None:
    if not cls.ranks:
        pytest.skip("does not rank models")
    cases = of(task, seed=0, n=400)
    noise = np.random.default_rng(0).permutation(cases.n)
    mixed = replace(cases, score=cases.score[noise], label=cases.label[noise])
    good, bad = cls.of().score(cases), cls.of().score(mixed)
    assert (good > bad) == cls.greater_is_better
