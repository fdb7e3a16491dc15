import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from training_cases import order, people, workshop

from mll_core.domain.task import Task
from mll_core.plugins.models.catboost import CatBoost
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.plugins.models.prior import Prior
from mll_core.stages.train import lanes
from mll_core.stages.train import rows as development
from mll_core.stages.train.clock import Clock
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.last_fit import means_of
from mll_core.stages.train.memory import beside
from mll_core.stages.train.pace import Late, Pace
from mll_core.stages.train.race import OVERDUE, Race
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.trial import run

LONG = (LightGBM(trees=10_000, stop_early=False), CatBoost(trees=10_000, stop_early=False))


class Enough(Exception):  # no error
    """Somebody pressed Stop."""


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Race:
    folder = tmp_path_factory.mktemp("lanes")
    asked = order(workshop(folder), people(Task.REGRESSION), Task.REGRESSION)
    rows = development.read(asked)
    parts = development.parts(rows, asked, lambda share, message: None)
    card, means = Scorecard(asked, rows, parts), means_of(asked)
    clock = Clock(1e6, time.monotonic())
    return Race(parts, card, means, clock, Pace(parts, card, means, clock), lambda one, fold: None)


def long() -> None:
    while True:
        time.sleep(0.001)


def test_results_come_in_the_order_asked_for_whatever_ends_first() -> None:
    second = threading.Event()

    def work(number: int) -> Callable[[], int]:
        def act() -> int:
            assert number or second.wait(5)
            second.set()
            return number

        return act

    found = list(lanes.each([work(n) for n in range(5)], 2, lanes.idle))
    assert found == [0, 1, 2, 3, 4]


def test_what_is_under_way_ends_when_somebody_presses_stop_or_asks_for_no_more() -> None:
    def stop() -> None:
        raise Enough

    before = threading.active_count()
    with pytest.raises(Enough):
        list(lanes.each([long, long], 2, stop))
    some = lanes.each([lambda: None, long], 2, lanes.idle)
    next(some)
    some.close()
    assert threading.active_count() == before


@pytest.mark.parametrize("model", LONG, ids=lambda model: str(model.kind))
def test_a_fit_under_way_is_ended_when_the_time_is_spent(race: Race, model: LightGBM) -> None:
    started = time.monotonic()
    over = replace(race, clock=Clock(1e6, time.monotonic() - 1e6))
    assert over.first(Candidate(model, "long"), must=False, least=-1e9) is OVERDUE
    assert time.monotonic() - started < 5


def test_it_comes_out_the_same_on_one_core_and_on_several(race: Race) -> None:
    one, more = (
        list(run(Candidate(LightGBM(), ""), race.parts, replace(race.means, threads=n), 0))[-1]
        for n in (1, 3)
    )
    assert (one.lanes, more.lanes) == (1, 3)
    assert all(map(np.array_equal, one.scores, more.scores))
    assert one.settled == more.settled


def test_what_has_no_room_in_memory_is_not_begun_and_told_why(race: Race) -> None:
    means, candidate = replace(race.means, megabytes=1.0, threads=2), Candidate(LightGBM(), "")
    little = Pace(race.parts, race.card, means, race.clock)
    late = little.fitting(candidate, must=False)
    assert isinstance(late, Late)
    assert not late.time
    assert "a job may hold 1 MB" in late.reason
    part = little.fitting(candidate, must=True)
    assert isinstance(part, Candidate)
    assert part.share < 0.1
    assert isinstance(little.fitting(Candidate(Prior(), ""), must=False), Candidate)


def test_folds_are_fitted_beside_one_another_as_long_as_there_is_room(race: Race) -> None:
    learned, candidate = race.parts[0].learned, Candidate(LightGBM(), "")
    assert beside(candidate, learned, replace(race.means, threads=2), 5) == 2
    assert beside(candidate, learned, replace(race.means, threads=8), 5) == 5
    assert beside(candidate, learned, replace(race.means, threads=8, megabytes=1.0), 5) == 1
