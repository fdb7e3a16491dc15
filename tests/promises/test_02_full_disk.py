"""Promise 2: whichever request to the disk fails, there is the old state or the new one."""

import errno
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from promises.crew import Crew, compiled
from promises.deeds import SINGLE
from promises.house_deeds import FINISHED_LATER
from proving import FULL, SEED, Tally, tally

ONCE, FROM_THEN_ON = 1, 2
WAYS = [(how, error) for error in (errno.ENOSPC, errno.EIO) for how in (FROM_THEN_ON, ONCE)]
STRIDE, LONG = 13, 150
"""In the slice, every how-manieth request fails, of a long write."""


def outcome(tried: dict[str, Any], found: dict[str, Any], case: tuple[Any, ...]) -> str:
    """What one failing request led to; fails when it is neither the old state nor the new."""
    assert tried["faults"] == [], (case, tried)
    if tried["error"] is None:
        assert tried["held"] == found["new"], (case, tried)
        return "done all the same"
    assert tried["held"] in (found["old"], found["new"]), (case, tried)
    assert tried["error"] == "NoRoom", (case, tried)
    assert tried["message"].endswith("."), (case, tried)
    assert tried["hint"], (case, tried)
    return "old state" if tried["held"] == found["old"] else "new state"


def prove(crew: Crew, base: Path, folder: Path, proof: Tally) -> None:
    if compiled(folder) is None:
        pytest.skip("failing requests to the disk needs Linux and a C compiler (cc)")
    chance = random.Random(SEED)
    cases = [(name, way) for name in SINGLE for way in WAYS]
    chance.shuffle(cases)
    outcomes: Counter[str] = Counter()
    kinds = set()
    for name, way in cases:
        if proof.over():
            break
        stride = LONG if name in FINISHED_LATER else STRIDE
        step = (1, 1) if FULL else (chance.randint(1, stride), stride)
        found = crew.do("try_each", base=str(base), name=name, way=way, step=step)
        assert "tried" in found, (name, way, found)
        *failing, last = found["tried"]
        assert last["failed"] == 0, (name, way)
        outcomes.update(outcome(tried, found, (name, way)) for tried in failing)
        kinds.add(name)
    said = ", ".join(f"{count:,} {what}" for what, count in outcomes.items())
    proof.say(
        f"{outcomes.total():,} failing requests (no space, fault; once, from then on) in "
        f"{len(kinds)} kinds of write: {said}; 0 torn",
    )


@pytest.mark.promise
def test_whatever_request_fails_the_old_state_or_the_new_is_there(
    crew: Crew, quick_base: Path, room: Path
) -> None:
    with tally(2, "every write survives a full disk") as proof:
        prove(crew, quick_base, room, proof)
