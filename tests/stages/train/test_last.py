"""The last fits heed Stop and the clock: what is there is kept, on fewer rows if need be."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from training_cases import order, people, workshop

from mll_core.domain.connector import quiet
from mll_core.domain.errors import Stopped
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.domain.training import Training
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.stages import train
from mll_core.stages.train import Tools, finish, last
from mll_core.stages.train import rows as development
from mll_core.stages.train.clock import Clock
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.last import Last
from mll_core.stages.train.pace import Pace
from mll_core.stages.train.search import Search
from mll_core.stages.train.trial import Trial

Tell = Callable[[float, str], None]


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return workshop(tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True)
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit on all rows takes for ever; one on 100 of them is what it is."""
    monkeypatch.setattr(last, "FEWEST_ROWS", 100)
    monkeypatch.setattr(Search, "_variants", lambda self: iter(()))
    monkeypatch.setattr(Trial, "last_fit", 1e6)

    def whole(self: Last, trial: Trial, progress: Tell) -> None:
        progress(0.96, "on all rows")
        while True:
            time.sleep(0.001)

    monkeypatch.setattr(Last, "_whole", whole)


def trained(tools: Tools, progress: Tell = quiet, **changes: object) -> tuple[Training, object]:
    section = TrainSection(models=(LightGBM(trees=10),), threads=1, ensembles=False, **changes)
    asked = order(tools, people(Task.BINARY), Task.BINARY, section=section)
    return train.train(asked, tools, progress), asked


def test_stop_in_the_last_fit_ends_it_within_seconds_and_keeps_a_model(tools: Tools) -> None:
    pressed: list[float] = []

    def stop(share: float, said: str) -> None:
        if said == "on all rows":
            pressed.append(time.monotonic())
            raise Stopped("Stopped.", hint="")

    found, asked = trained(tools, stop, trials=1)
    assert time.monotonic() - pressed[0] < 5
    assert found.stopped
    assert (found.rows, found.fitted, found.hurried) == (400, 100, True)
    said = "The recommended model learned from 100 rows in the end: Stop was pressed."
    assert said in [one.reason for one in found.skipped]
    assert tools.models.load(found.model_sha256).score(people(Task.BINARY)).shape == (400, 2)
    assert train.reproduce(asked, found, found.run_id, tools)["identical"]


def test_the_last_fit_ends_with_the_time_and_it_is_said(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    conclude = finish._conclude

    def late(board: finish.Board, last: Last) -> object:
        last.search.clock = Clock(4e6, time.monotonic() - 4e6 + 1.6)
        return conclude(board, last)

    monkeypatch.setattr(finish, "_conclude", late)
    monkeypatch.setattr(last, "HOPELESS", 1e9)
    monkeypatch.setattr(last, "BRIEF", 1e-9)
    began = time.monotonic()
    found, _ = trained(tools, trials=1)
    assert time.monotonic() - began < 20
    assert (found.fitted, found.hurried, found.stopped) == (100, True, False)
    assert any(one.reason.endswith("there was no time for more.") for one in found.skipped)


def test_what_cannot_be_done_in_time_is_not_begun(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Last, "_whole", None)
    found, _ = trained(tools, budget_seconds=5)
    assert (found.fitted, found.hurried) == (100, True)


def test_stop_while_it_is_measured_what_would_help_keeps_the_training(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()

    def stop(share: float, said: str) -> None:
        if said.startswith("What more rows"):
            raise Stopped("Stopped.", hint="")

    found, _ = trained(tools, stop, trials=1)
    assert (found.stopped, found.hurried, found.fitted) == (True, False, 400)
    assert found.learning_curve == ()


def test_a_search_that_took_fewer_rows_for_lack_of_time_learns_from_more_when_there_is_some(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(Search, "_variants", lambda self: iter(()))
    monkeypatch.setattr(development, "HELD", 1_500)
    monkeypatch.setattr(development, "PART", 1_000)
    fitting = Pace.fitting

    def hurried(*given: object, **how: object) -> object:
        found = fitting(*given, **how)  # type: ignore[arg-type]
        return replace(found, share=0.5) if isinstance(found, Candidate) else found

    monkeypatch.setattr(Pace, "fitting", hurried)
    counted, _ = trained(tools, trials=1, seed=5)
    timed, _ = trained(tools, budget_seconds=20, seed=5)
    assert (counted.fitted, timed.fitted) == (200, 400)
