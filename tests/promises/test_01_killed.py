"""Promise 1: killed at every step of every writer, nothing acknowledged is lost or torn."""

import random
import shutil
from pathlib import Path

import pytest
from promises.crew import KILLED, Crew
from proving import FULL, SEED, Tally, tally

KILLS = 300


def prove(crew: Crew, base: Path, folder: Path, proof: Tally) -> None:
    rounds = 2 if FULL else 1
    dry_home, dry_acks = str(folder / "dry"), str(folder / "dry.acks")
    shutil.copytree(base, dry_home)
    dry = crew.do("write", home=dry_home, acks=dry_acks, seed=SEED, rounds=rounds)
    points: dict[str, int] = dry["passed"]
    requests: int = dry["requests"]
    assert len(points) >= 15, points
    chance = random.Random(SEED)
    trials: list[tuple[str, int]] = []
    while len(trials) < KILLS:
        trials += [(point, chance.randint(1, points[point])) for point in points]
        trials += [("", chance.randint(1, requests)) for _ in range(10) if requests]
    if not FULL:
        trials = chance.sample(trials, len(trials))
    kills = acknowledged = 0
    slowest = 0.0
    seen: set[str] = set()
    for number, (point, nth) in enumerate(trials):
        if proof.over():
            break
        home, acks = folder / str(number), folder / f"{number}.acks"
        shutil.copytree(base, home)
        crash = {"MLL_CRASH_AT": f"{point}:{nth}"} if point else {}
        kill_at = 0 if point else nth
        order = {"seed": SEED + number, "kill_at": kill_at, "rounds": rounds}
        said = crew.do("write", crash, home=str(home), acks=str(acks), **order)
        killed = said.get("died") == KILLED
        assert killed or "passed" in said, (point, nth, said)
        kills += killed
        seen |= {point} if killed and point else set()
        found = crew.do("verify", home=str(home), acks=str(acks))
        assert found.get("faults") == [], (point, nth, found)
        assert found["seconds"] < (2 if FULL else 10)
        slowest = max(slowest, found["seconds"])
        acknowledged += found["acknowledged"]
        shutil.rmtree(home)
    assert kills
    proof.say(
        f"{kills} kills at {len(seen)} of {len(points)} named points and at random requests to "
        f"the disk; {acknowledged:,} acknowledged writes, 0 lost, 0 torn; slowest recovery "
        f"{slowest:.2f} s",
    )


@pytest.mark.promise
def test_killed_at_any_step_nothing_acknowledged_is_lost(
    crew: Crew, base: Path, room: Path
) -> None:
    with tally(1, "killed at any step, nothing lost") as proof:
        prove(crew, base, room, proof)
