"""Promise 8: models are swapped while they are asked, and no request fails."""

import asyncio
import json
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import load
import pytest
from load import LOST, Answer
from proving import FULL, SEED, Tally, amount, tally
from serving_process import Process, register, served_workspace, until
from serving_samples import RECORD, fit, rows

from mll_core.infra.scorer import Scorer
from mll_core.project import Project
from mll_core.workspace import Workspace

pytestmark = pytest.mark.promise
CLIENTS, WORKERS, VERSIONS = 8, 2, amount(3, 4)
SWAPS, KILLS = amount(2, 20), amount(1, 5)
SECONDS = 60 if FULL else 0
"""How long they are asked at least."""
EVERYWHERE = 5.0
"""Seconds after a promotion from which on only the new version answers, on a busy machine too."""
RECORDS = [{**RECORD, "age": 20.0 + age, "plan": plan} for age in range(10) for plan in ("pro", "")]


@dataclass
class Asked:
    """What eight clients were answered so far."""

    port: int
    told: list[tuple[str, Answer]] = field(default_factory=list)
    going: bool = True

    @property
    def answers(self) -> list[Answer]:
        """The answers without what was asked."""
        return [one for _, one in self.told]

    async def _client(self, number: int) -> None:
        line = load.Line(self.port)
        while self.going:
            number += 1
            record = RECORDS[number % len(RECORDS)]
            self.told.append((json.dumps(record), await line.ask(load.predict([record]))))
        await line.close()

    async def _clients(self) -> None:
        await asyncio.gather(*(self._client(number) for number in range(CLIENTS)))

    def run(self) -> None:
        """Ask until told to stop."""
        asyncio.run(self._clients())


@contextmanager
def asked(port: int) -> Iterator[Asked]:
    asking = Asked(port)
    thread = threading.Thread(target=asking.run)
    thread.start()
    try:
        yield asking
    finally:
        asking.going = False
        thread.join()


def version(workspace: Workspace, seed: int) -> tuple[int, dict[str, Any]]:
    """A version of its own, and what it says of each record, asked directly: {record: answer}."""
    fitted = fit(rows(300 + 50 * seed, seed=seed))
    told = Scorer(fitted).predict(RECORDS)
    return register(workspace, fitted, f"run-{seed}"), {
        json.dumps(record): {"prediction": one.prediction, "probabilities": one.probabilities}
        for record, one in zip(RECORDS, told, strict=True)
    }


def swap(project: Project, chance: random.Random, number: int) -> int:
    """Promote another version, or go back to the one before: the new champion's number."""
    registry = project.registry
    champion = registry.champion()
    if number % 3 == 1 and registry.can_roll_back:
        return registry.rollback().number
    others = [n for n in range(1, VERSIONS + 1) if champion is None or n != champion.number]
    return registry.promote(chance.choice(others), needs_approval=True).number


@dataclass
class Times:
    """When champions changed and workers were killed."""

    swaps: list[tuple[float, int]] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)


def kill(service: Process, chance: random.Random, times: Times) -> None:
    """Kill a worker and wait until another one has taken its place."""
    worker = chance.choice(service.workers())
    before = {one.pid for one in service.workers()}
    times.kills.append(time.monotonic())
    worker.send_signal(signal.SIGKILL)
    until(lambda: bool({one.pid for one in service.workers()} - before), 300)
    if FULL:  # it imports for seconds before it answers
        until(lambda: bool(service.answering() - before), 600)
    times.back.append(time.monotonic() - times.kills[-1])
    until(lambda: len(service.workers()) == WORKERS)


def trouble(project: Project, service: Process, asking: Asked) -> Times:
    """Swaps and kills in a random order, while all are asked."""
    times, chance = Times(), random.Random(SEED)
    blows = ["swap"] * (SWAPS - 1) + ["kill"] * KILLS
    chance.shuffle(blows)
    start, done = time.monotonic(), 0
    for place, blow in enumerate(["swap", *blows]):
        if blow == "kill":
            kill(service, chance, times)
            continue
        number = swap(project, chance, done)
        at = time.monotonic()
        times.swaps.append((at, number))
        done += 1
        until(lambda at=at, number=number: everywhere(asking, at, number), EVERYWHERE + 1)
        time.sleep(max(0.0, start + SECONDS * (place + 1) / (SWAPS + KILLS) - time.monotonic()))
    return times


def everywhere(asking: Asked, at: float, number: int) -> bool:
    """Whether the last answers of all clients come from the new version only."""
    late = [one for _, one in asking.told[-3 * CLIENTS :] if one.status == 200 and one.began > at]
    return len(late) > 2 * CLIENTS and {one.json()["version"] for one in late} == {number}


def judged(asking: Asked, times: Times, known: dict[int, dict[str, Any]], counts: Tally) -> None:
    lost = [one for one in asking.answers if one.status == LOST]
    for at in times.kills:
        near = [one for one in lost if one.began <= at + 1.0 and one.ended >= at - 0.1]
        assert len(near) <= CLIENTS, "more than was in flight"
        lost = [one for one in lost if one not in near]
        counts["in flight at a kill, lost"] += len(near)
    assert not lost, "lost without a kill"
    good = [one for one in asking.answers if one.status != LOST]
    assert {one.status for one in good} == {200}
    for record, one in asking.told:
        if one.status != LOST:
            said = one.json()
            assert said["predictions"] == [known[said["version"]][record]]
    counts["answers, all 200 and as the version they name answers"] = len(good)
    slow, mixed = [], []
    ends = [at for at, _ in times.swaps[1:]] + [float("inf")]
    for (at, number), end in zip(times.swaps, ends, strict=True):
        after = [one for one in good if at < one.began and one.ended < end]
        new = [one.ended for one in after if one.json()["version"] == number]
        old = [one.ended for one in after if one.json()["version"] != number]
        slow.append(max([*old, min(new)]) - at)
        mixed.append(max(0.0, max(old, default=0.0) - min(new)))
    slow.sort()
    counts.say(
        f"{len(times.swaps)} promotions and rollbacks, 0 failed, answered everywhere after "
        f"{slow[len(slow) // 2]:.1f} s (median), {slow[-1]:.1f} s (most), two versions side by "
        f"side for at most {max(mixed):.1f} s; {len(times.kills)} kills -9 of a worker, "
        f"another {'answers' if FULL else 'begins'} in its place after at most "
        f"{max(times.back):.1f} s"
    )
    assert slow[-1] < EVERYWHERE


def test_models_are_swapped_and_workers_killed_and_no_request_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLL_KEYS", str(tmp_path / "keys"))
    workspace = served_workspace(tmp_path)
    known = dict([version(workspace, 0)])
    project = workspace.project("churn")
    project.registry.promote(1, needs_approval=True)
    with tally(8, f"{CLIENTS} clients, {WORKERS} workers") as counts:
        service = Process(workspace.home, WORKERS)
        try:
            known |= dict(version(workspace, seed) for seed in range(1, VERSIONS))  # meanwhile
            until(lambda: len(service.answering()) == WORKERS if service.answers() else False)
            with asked(service.port) as asking:
                times = trouble(project, service, asking)
        finally:
            service.stop()
        judged(asking, times, known, counts)
