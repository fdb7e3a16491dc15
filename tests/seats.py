"""Evaluated candidates for the tests of views: made once per test run, for each task."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from evaluate_cases import order

from mll_core.domain.task import Predictions, Task
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.said import Said
from mll_core.stages.evaluate import Files, Order, Seat


@cache
def evaluated(task: Task) -> Order:
    return order(Path(mkdtemp(prefix="mll-seat-")), task, protected=("sex",))


def seat(task: Task, /, **brief: Any) -> Seat:
    """The candidate of a task; ``brief``: what else the brief says."""
    made = evaluated(task)
    document = made.document
    document = document.model_copy(update={"brief": document.brief.model_copy(update=brief)})
    files = Files(made.split, made.development, made.test, made.out_of_fold, "data-1")
    return Seat(made.training, document, 3, files, lambda: made.fitted)


def saying(one: Seat, cases: Predictions, on: str = "test") -> Seat:
    """The same seat with other predictions of the same rows."""
    other = replace(one)
    name = "_of_test" if on == "test" else "_of_held"
    other.__dict__[name] = Said(np.arange(cases.n), cases)
    return other


def by_time(one: Seat, column: str) -> Seat:
    """The same seat with rows in time by a column."""
    section = one.document.split.model_copy(update={"time_column": column})
    return replace(one, document=one.document.model_copy(update={"split": section}))


def together(one: Seat, groups: np.ndarray) -> Seat:
    """The same seat where test rows of one group belong together."""
    other = replace(one)
    section = one.document.evaluate
    other.__dict__["_test_draws"] = Bootstrap(section.resamples, section.seed, groups)
    return other
