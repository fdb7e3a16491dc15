from pathlib import Path

import pytest
from training_cases import order, people, workshop

from mll_core.domain.task import Task
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.stages.train import pace
from mll_core.stages.train import rows as development
from mll_core.stages.train.clock import Clock, Count
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.last_fit import means_of
from mll_core.stages.train.pace import Late, Pace
from mll_core.stages.train.race import Fell, Race
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.trial import Trial

GOOD = Candidate(LightGBM(trees=40, learning_rate=0.2, stop_early=False), "good")
POOR = Candidate(LightGBM(trees=5, learning_rate=0.005, stop_early=False), "poor")


@pytest.fixture
def told() -> list[str]:
    """Every fold that was begun."""
    return []


@pytest.fixture
def race(tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> Race:
    """As with many rows, where a part of them tells sooner."""
    monkeypatch.setattr(pace, "CELLS", 0)
    asked = order(workshop(tmp_path), people(Task.REGRESSION), Task.REGRESSION)
    rows = development.read(asked)
    parts = development.parts(rows, asked, lambda share, message: None)
    card, means, clock = Scorecard(asked, rows, parts), means_of(asked), Count(10)

    def tell(candidate: Candidate, fold: int) -> None:
        told.append(f"{candidate.label} {fold}")

    return Race(parts, card, means, clock, Pace(parts, card, means, clock), tell)


def first(race: Race) -> Entry:
    trial = race.first(GOOD, must=True, least=-1e9)
    assert isinstance(trial, Trial)
    return Entry(trial, race.card.score(trial), 1)


def test_what_is_clearly_behind_on_a_part_of_the_rows_gets_no_fold(
    race: Race, told: list[str]
) -> None:
    rival = first(race)
    told.clear()
    fell = race.again(POOR, rival)
    assert isinstance(fell, Fell)
    assert fell.reached < race.card.plain(rival.trial).mean()
    assert told == []


def test_a_model_below_its_bar_ends_after_the_first_fold_unless_it_must(race: Race) -> None:
    rival = first(race)
    bar = race.card.plain(rival.trial)[0]
    assert isinstance(race.first(POOR, must=False, least=bar), Fell)
    assert isinstance(race.first(POOR, must=True, least=bar), Trial)


def test_what_takes_longer_than_there_is_time_is_not_begun_and_told_why(race: Race) -> None:
    over = Clock(10.0, -1e9)
    late = Pace(race.parts, race.card, race.means, over).fitting(GOOD, must=False)
    assert isinstance(late, Late)
    assert "0 s are left" in late.reason
    part = Pace(race.parts, race.card, race.means, over).fitting(GOOD, must=True)
    assert isinstance(part, Candidate)
    assert part.share < 1


def test_on_a_busy_machine_more_time_is_kept_to_open_mlflow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds, computed = [0.0], [0.0]
    monkeypatch.setattr("time.process_time", lambda: computed[0])
    left = []
    for busy in (1.0, 2.0, 10.0):
        seconds[0], computed[0] = 0.0, 0.0
        clock = Clock(60.0, 0.0, lambda: seconds[0])
        seconds[0], computed[0] = 30.0, 30.0 / busy
        clock.keep_for(0.0, opened=False)
        left.append(clock.left)
    assert left == [21.0, 15.0, 15.0]
    clock.keep_for(0.0, opened=True)
    assert clock.left == 27.0
