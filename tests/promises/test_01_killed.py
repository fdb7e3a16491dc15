"""Promise 1: killed at every step of every writer, nothing acknowledged is lost or torn."""

import ast
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from promises.crew import KILLED, Crew
from promises.deeds import OPERATIONS
from proving import FULL, SEED, Tally, amount, tally

KILLS = 300
BEFORE = amount(2, 8)
"""Writes that are acknowledged before the one that is killed."""
CAGED = {"collect", "erase"}
"""Writes that read a file in a cage, a process of its own: a second each."""
RECOVERED = 2.0
"""Seconds that a start after a kill may take, without those in which others had the cores."""
CODE = Path(__file__).parents[2] / "mll_core"
Passes = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def passes(crew: Crew, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Passes:
    """By kind of write: the crash points it passes, how often, and its requests to the disk."""
    folder = tmp_path_factory.mktemp("dry")
    home, acks = folder / "home", str(folder / "acks")
    shutil.copytree(base, home)
    names = [*OPERATIONS, "data"]
    found: Passes = crew.do("write", home=str(home), acks=acks, seed=SEED, names=names)
    assert set(found) == set(OPERATIONS), found
    return found


def trials(passes: Passes, chance: random.Random) -> Iterator[tuple[str, str, int]]:
    """(kind of write, named point or "" for any request to the disk, the how-manieth time)."""
    points = sorted({point for said in passes.values() for point in said["passed"]})
    while True:
        for point in chance.sample(points, len(points)):
            name = chance.choice([n for n, said in passes.items() if point in said["passed"]])
            yield name, point, chance.randint(1, passes[name]["passed"][point])
            if chance.random() < 0.2 and passes[name]["requests"]:
                yield name, "", chance.randint(1, passes[name]["requests"])


def prove(crew: Crew, base: Path, folder: Path, passes: Passes, proof: Tally) -> None:
    chance = random.Random(SEED)
    kills = acknowledged = number = 0
    slowest = (0.0, 0.0)
    seen: set[str] = set()
    killed_in: set[str] = set()
    for number, (name, point, nth) in enumerate(trials(passes, chance)):
        if proof.over() or kills >= KILLS:
            break
        home, acks = folder / str(number), folder / f"{number}.acks"
        shutil.copytree(base, home)
        before = sorted(set(OPERATIONS) - {name} - (set() if FULL else CAGED))
        names = [*chance.sample(before, BEFORE), name]
        order = {"seed": SEED + number, "names": names, "point": point, "nth": nth}
        said = crew.do("write", home=str(home), acks=str(acks), **order)
        killed = said.get("died") == KILLED
        assert killed or name in said, (name, point, nth, said)
        kills += killed
        if killed:
            seen |= {point} - {""}
            killed_in.add(name)
        found = crew.do("verify", home=str(home), acks=str(acks))
        assert found.get("faults") == [], (names, point, nth, found)
        assert found["seconds"] < RECOVERED
        slowest = max(slowest, (found["seconds"], found["work"]))
        acknowledged += found["acknowledged"]
        shutil.rmtree(home)
    assert kills
    points = {point for said in passes.values() for point in said["passed"]}
    assert seen == points or not FULL, points - seen
    proof.say(
        f"{kills} kills in {len(killed_in)} of {len(OPERATIONS)} kinds of write, at {len(seen)} of "
        f"{len(points)} named points and at random requests to the disk; {acknowledged:,} "
        f"acknowledged writes, 0 lost, 0 torn; slowest recovery "
        f"{slowest[0]:.2f} s without waiting for a core ({slowest[1]:.2f} s of one core)",
    )


@pytest.mark.promise
def test_killed_at_any_step_nothing_acknowledged_is_lost(
    crew: Crew, quick_base: Path, room: Path, passes: Passes
) -> None:
    with tally(1, "killed at any step, nothing lost") as proof:
        prove(crew, quick_base, room, passes, proof)


def named_in(code: str) -> Iterator[str]:
    """The names of the crash points in a text of code, as patterns: a ``{part}`` is any text."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("crash_point"):
            (name,) = node.args
            parts = name.values if isinstance(name, ast.JoinedStr) else [name]
            yield "".join(
                re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts
            )


def test_every_crash_point_in_the_code_is_passed_by_a_write_that_is_killed(passes: Passes) -> None:
    points = {point for said in passes.values() for point in said["passed"]}
    patterns = {p for file in CODE.rglob("*.py") for p in named_in(file.read_text("utf-8"))}
    assert len(patterns) >= 20
    assert [p for p in patterns if not any(re.fullmatch(p, point) for point in points)] == []
