"""Folds on a cluster of two processes: the same results, and words when it is gone."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from training_cases import order, people, workshop

from mll_core.domain.errors import ClusterLost
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.infra import cluster
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.plugins.models.logistic_regression import LogisticRegression
from mll_core.stages import train
from mll_core.stages.train import rows as development
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.last_fit import means_of
from mll_core.stages.train.trial import run

pytestmark = pytest.mark.filterwarnings("ignore")  # what Dask says of itself is not ours


@pytest.fixture(scope="module")
def two() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


@pytest.fixture
def away(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLL_CLUSTER", two.scheduler_address)


def board(home: Path) -> list[Any]:
    models = (LightGBM(trees=30), LogisticRegression())
    section = TrainSection(models=models, trials=4, ensembles=False)
    asked = order(workshop(home), people(Task.BINARY), Task.BINARY, section=section)
    found = train.train(asked, workshop(home))
    return [(run.label, run.folds, run.train_score, run.metrics) for run in found.leaderboard]


def test_the_leaderboard_is_that_of_threads_bit_for_bit(
    two: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = board(tmp_path / "here")
    monkeypatch.setenv("MLL_CLUSTER", two.scheduler_address)
    called: list[object] = []
    real, taken = cluster._submitted, cluster._taken
    monkeypatch.setattr(cluster, "_submitted", lambda *one, **how: called.append(how) or real(*one))
    early: list[object] = []
    monkeypatch.setattr(cluster, "_taken", lambda work: early.append(taken(work)) or early[-1])
    assert board(tmp_path / "there") == here
    assert {"priority": -1} in called
    assert any(early)  # its trial was begun beside the one before
    assert not cluster._AT
    assert not cluster._BEGUN


def test_a_worker_that_dies_takes_no_result_with_it(
    two: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = order(workshop(tmp_path), people(Task.REGRESSION), Task.REGRESSION)
    rows = development.read(asked)
    parts = development.parts(rows, asked, lambda share, message: None)
    means = replace(means_of(asked), threads=1)
    model = Candidate(LightGBM(trees=3_000, stop_early=False), "")
    (*_, here) = run(model, parts, means, 0)
    monkeypatch.setenv("MLL_CLUSTER", two.scheduler_address)
    victim = next(iter(two.workers.values())).pid
    threading.Timer(0.3, os.kill, (victim, signal.SIGKILL)).start()
    (*_, there) = run(model, parts, means, 0)
    assert all(map(np.array_equal, here.scores, there.scores))


def test_a_fit_takes_no_more_cores_than_a_worker_has(away: None) -> None:
    assert (cluster.cores(), cluster.cores(1), cluster.cores(5)) == (1, 1, 1)


def test_when_all_workers_are_lost_it_is_said_and_not_waited_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from functools import partial

    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "LONELY", 1.0)
    monkeypatch.setattr(cluster, "COUNT", 0.2)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as lost:
        monkeypatch.setenv("MLL_CLUSTER", lost.scheduler_address)
        threading.Timer(0.5, lost.scale, [0]).start()
        started = time.monotonic()
        with pytest.raises(ClusterLost, match="every worker of it, is gone"):
            cluster.call(partial(time.sleep, 60), lambda: False)
        assert time.monotonic() - started < 20
    cluster.close()


def test_what_a_fit_refuses_is_refused_in_its_own_words(away: None) -> None:
    from functools import partial

    with pytest.raises(ValueError, match="invalid literal"):
        cluster.call(partial(int, "x"), lambda: False)


def test_stop_ends_what_is_under_way_there(away: None) -> None:
    from functools import partial

    started = time.monotonic()
    with pytest.raises(TimeoutError):
        cluster.call(partial(time.sleep, 20), lambda: time.monotonic() > started + 0.2)
    assert time.monotonic() < started + 5


def test_a_scheduler_that_does_not_answer_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setenv("MLL_CLUSTER", "tcp://127.0.0.1:9")
    monkeypatch.setattr(cluster, "ANSWER", 0.5)
    with pytest.raises(ClusterLost, match="No Dask scheduler answers at tcp"):
        cluster.cores()


def test_without_dask_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv("MLL_CLUSTER", "tcp://127.0.0.1:10")
    with pytest.raises(ClusterLost, match="Dask is not installed") as refused:
        cluster.cores()
    assert "mll-workbench[dask]" in refused.value.hint


def test_workers_that_are_gone_are_said_in_words_and_do_not_pass_for_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from functools import cache, partial

    pytest.importorskip("distributed")

    class Lonely:
        status = "running"

        def scatter(self, *_: object, **__: object) -> None:
            raise TimeoutError("No valid workers found")

    class Fold:
        learned = None

    monkeypatch.setattr(cluster, "_client", cache(lambda address: Lonely()))
    with pytest.raises(ClusterLost, match="or every worker of it, is gone"):
        cluster.call(partial(id, Fold()), lambda: False)
