"""Work without an answer to learn ends with the time and with Stop, also while it learns."""

import time
from pathlib import Path

import pytest
from training_cases import order, people, workshop

from mll_core.domain.errors import Stopped
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.stages.train import Order
from mll_core.stages.train.grouping import FEWEST_DRAWS, Comparing
from mll_core.stages.train.race import Overdue
from mll_core.stages.train.unanswered import Allowance, read


def asked(home: Path) -> Order:
    section = TrainSection(budget_seconds=5, most_groups=2)
    return order(workshop(home), people(Task.BINARY, 60), Task.CLUSTERING, section=section)


def long() -> None:
    while True:
        time.sleep(0.001)


def test_what_is_under_way_ends_with_the_time_but_not_what_must_be(tmp_path: Path) -> None:
    late = Allowance(asked(tmp_path), started=time.monotonic() - 4.5)
    with pytest.raises(Overdue):
        late.watched(long, "k-means", must=False)
    assert late.watched(lambda: 1, "k-means", must=True) == 1


def test_stop_ends_what_is_under_way_and_it_is_told_what_that_is(tmp_path: Path) -> None:
    said: list[str] = []

    def stop(share: float, text: str) -> None:
        said.append(text)
        raise Stopped("Stopped.", hint="")

    with pytest.raises(Stopped):
        Allowance(asked(tmp_path), tell=stop).watched(long, "k-means", must=True)
    assert said == ["k-means"]


def test_late_the_best_way_is_looked_at_from_few_draws_and_others_are_said_to_be_left_out(
    tmp_path: Path,
) -> None:
    wanted = asked(tmp_path)
    comparing = Comparing(wanted, read(wanted), Allowance(wanted))
    ways = list(comparing.tries())
    comparing.allowance.started -= 4.9
    (looked,) = comparing.steadies()
    assert len(looked.again) == FEWEST_DRAWS
    left = [one for one in comparing.skipped if one.reason.startswith("There was no time to see")]
    assert len(left) == len(ways) - 1 > 0
