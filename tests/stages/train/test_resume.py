import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from training_cases import order, people, workshop

from mll_core.domain.errors import Stopped
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.domain.training import Training
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.plugins.models.ridge import Ridge
from mll_core.stages import train
from mll_core.stages.train import Order, Tools, race, trial
from mll_core.stages.train.journal import identity

KILLED = """
import os, signal, sys
from pathlib import Path
from training_cases import workshop
from test_resume import asked
from mll_core.stages import train

def progress(share, said):
    if said.startswith("Ridge regression, tuned"):
        os.kill(os.getpid(), signal.SIGKILL)

tools = workshop(Path(sys.argv[1]))
train.train(asked(tools), tools, progress)
"""


def asked(tools: Tools) -> Order:
    models = (Ridge(), LightGBM(trees=10))
    section = TrainSection(models=models, threads=1, trials=6, ensembles=False)
    return order(tools, people(Task.REGRESSION, 200), Task.REGRESSION, section=section)


def board(found: Training) -> list[object]:
    return [(r.label, r.parameters, r.score, r.train_score, r.tied) for r in found.leaderboard]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: MLflow's tables take seconds to make."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def whole(home: Path) -> list[object]:
    tools = workshop(home)
    return board(train.train(asked(tools), tools))


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The label of every candidate that was cross-validated."""
    seen: list[str] = []

    def noted(candidate: trial.Candidate, *rest: object) -> object:
        seen.append(candidate.label)
        return trial.run(candidate, *rest)

    monkeypatch.setattr(race, "run", noted)
    return seen


def left(tools: Tools) -> list[Path]:
    return sorted((tools.objects.home / "tmp").glob("search-*/*"))


def test_a_search_that_was_killed_goes_on_with_what_it_found(
    home: Path, whole: list[object], fitted: list[str]
) -> None:
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    code = f"import sys; sys.path[:0] = {folders}\n{KILLED}"
    killed = subprocess.run([sys.executable, "-c", code, str(home)], check=False, timeout=120)
    assert killed.returncode < 0
    tools = workshop(home)
    kept = len(left(tools))
    assert kept >= 4
    found = train.train(asked(tools), tools)
    assert board(found) == whole
    assert not {"Always the same answer", "LightGBM", "Ridge regression"} & set(fitted)
    assert left(tools) == []


def test_a_search_that_was_stopped_goes_on_and_tries_nothing_twice(
    home: Path, whole: list[object], fitted: list[str]
) -> None:
    def stop(share: float, said: str) -> None:
        if "tuned" in said:
            raise Stopped("Stopped.", hint="")

    tools = workshop(home)
    stopped = train.train(asked(tools), tools, stop)
    assert stopped.stopped
    assert stopped.leaderboard
    found = train.train(asked(tools), tools)
    assert not found.stopped
    assert board(found) == whole
    assert len(fitted) == len(set(fitted))


def test_another_order_does_not_take_up_what_this_one_found(home: Path) -> None:
    order = asked(workshop(home))
    more = order.section.model_copy(update={"trials": None, "budget_seconds": 600.0})
    other = order.section.model_copy(update={"seed": 1})
    assert identity(replace(order, section=more)) == identity(order)
    assert identity(replace(order, section=other)) != identity(order)
    assert identity(replace(order, excluded=frozenset({"age"}))) != identity(order)
