"""Promise 11: each job runs to exactly one result, whatever happens to workers and clocks."""

import os
import random
import shutil
import signal
import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from promises.crew import KILLED, Crew
from proving import SEED, Tally, amount, tally

from mll_core.domain.job import JobStatus
from mll_core.infra import events
from mll_core.workspace import Workspace

JUMPS = (0.0, 3_600.0, -3_600.0)
"""Seconds that each worker's wall clock is wrong."""
LEASE = 1.0
PROJECTS = 8
"""Each does one thing at a time; the workers do several side by side."""


def frozen(pid: int) -> None:
    """Wait until a process has stopped itself."""
    stat = Path(f"/proc/{pid}/stat")
    while stat.read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.01)


def side_by_side(spans: list[tuple[str, float, float]]) -> int:
    """The most jobs that ran at once; never two of one project."""
    of: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for project, begun, ended in spans:
        of[project].append((begun, ended))
    for times in of.values():
        assert all(a[1] <= b[0] for a, b in pairwise(sorted(times)))
    most = max(sum(a <= begun < b for _, a, b in spans) for _, begun, _ in spans)
    assert most > 1
    return most


def prove(crew: Crew, base: Path, folder: Path, proof: Tally) -> None:
    count, kills, freezes = amount(40, 600), amount(4, 20), amount(1, 5)
    chance = random.Random(SEED)
    home, finished = folder / "home", folder / "finished"
    shutil.copytree(base, home)
    workspace = Workspace.open(home, actor="ana")
    waiting = workspace.jobs.of("customers")  # what the base left in line
    submit = workspace.jobs.submit
    more = range(count - len(waiting))
    ours = [submit(f"p{n % PROJECTS}", "run", {"n": n}).id for n in more]
    ours += [job.id for job in waiting]
    tell = {"home": str(home), "finished": str(finished)}
    ice = crew.start("freeze_in_a_job", **tell)
    frozen(ice)
    workers = {}
    for n, jump in enumerate(JUMPS):
        workers[crew.start("labour", name=f"w{n}", jump=jump, **tell)] = jump
    killed = 0
    blows = ["kill"] * kills + ["freeze"] * freezes
    chance.shuffle(blows)
    for n, blow in enumerate(blows):
        time.sleep(chance.uniform(0.05, 0.3))
        pid = chance.choice(list(workers))
        if blow == "freeze":
            os.kill(pid, signal.SIGSTOP)
            time.sleep(LEASE * 1.5)
            os.kill(pid, signal.SIGCONT)
            continue
        jump = workers.pop(pid)
        os.kill(pid, signal.SIGKILL)
        killed += crew.wait(pid) == {"died": KILLED}
        workers[crew.start("labour", name=f"k{n}", jump=-jump, **tell)] = -jump
    assert killed == kills
    time.sleep(LEASE)
    for pid in workers:
        assert crew.wait(pid) == {"done": True}
    os.kill(ice, signal.SIGCONT)
    late = crew.wait(ice)
    assert late["refused"], late
    jobs = {job.id: job for job in workspace.jobs.of(limit=count + 10)}
    assert {job.status for job in jobs.values()} == {JobStatus.DONE}
    nonces = {(jobs[identity].result or {})["nonce"] for identity in ours}
    assert len(nonces) == len(ours) == count
    assert "frozen" not in nonces
    told = [line.split() for line in finished.read_text().splitlines()]
    for identity, nonce, *_ in told:  # what a worker was told is done is what there is
        assert jobs[identity].result == {"nonce": nonce}
    beside = side_by_side([(jobs[job].project, float(a), float(b)) for job, _, a, b in told])
    log = workspace.events(limit=1_000_000)
    done = Counter(event.detail["job"] for event in log if event.kind == "job.done")
    assert done == Counter(ours)
    assert events.first_broken(workspace.database) is None
    again = sum(job.attempts > 1 for job in jobs.values())
    proof.say(
        f"{count:,} jobs, {len(nonces):,} distinct results, none twice; {killed} kills -9, "
        f"{freezes + 1} workers frozen past their lease, clocks 1 h ahead and behind; "
        f"{again} jobs taken over; up to {beside} jobs side by side, never two of one project",
    )
    workspace.database.close()


@pytest.mark.promise
def test_each_job_runs_to_exactly_one_result(crew: Crew, base: Path, room: Path) -> None:
    with tally(11, "each job runs to exactly one result") as proof:
        prove(crew, base, room, proof)
