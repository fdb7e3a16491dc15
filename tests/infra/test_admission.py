from math import inf
from typing import Any

import pytest

from mll_core.infra.admission import OVERTAKEN, Room, choose, size


def job(number: int, megabytes: float = 100, project: str = "", **more: Any) -> dict[str, Any]:
    known = {"id": f"j{number}", "number": number, "project": project or f"p{number}"}
    return {**known, "megabytes": megabytes, "overtaken": None, **more}


def test_the_first_in_line_begins() -> None:
    choice = choose([job(1), job(2)], [], Room(slots=1, megabytes=500))
    assert choice.row
    assert choice.row["id"] == "j1"
    assert choice.told == {"j2": "Waits for other work to end: one at a time here."}


def test_a_project_does_one_thing_at_a_time_and_others_pass() -> None:
    choice = choose([job(2, project="a"), job(3, project="b")], [job(1, project="a")], Room())
    assert choice.row
    assert choice.row["id"] == "j3"
    assert choice.told["j2"] == "Waits for the work before it in this project."


def test_what_does_not_fit_beside_the_running_waits_and_says_for_how_much() -> None:
    room = Room(slots=4, megabytes=4_000)
    choice = choose([job(2, 3_000)], [job(1, 2_800)], room)
    assert choice.row is None
    assert choice.told == {"j2": "Waits for memory: needs about 3 GB, 1.2 GB are free."}


def test_what_other_programs_hold_is_not_free() -> None:
    choice = choose([job(2, 600)], [job(1, 100)], Room(megabytes=4_000, free=500))
    assert choice.told == {"j2": "Waits for memory: needs about 600 MB, 500 MB are free."}


def test_alone_a_job_begins_whatever_other_programs_hold() -> None:
    choice = choose([job(1, 600)], [], Room(megabytes=4_000, free=500))
    assert choice.row


def test_a_big_job_is_overtaken_a_few_times_and_then_nobody_passes() -> None:
    room = Room(slots=9, megabytes=4_000)
    big, running = job(2, 3_000), [job(1, 2_000)]
    for turn in range(OVERTAKEN):
        choice = choose([big, job(3 + turn, 10)], running, room)
        assert choice.row
        assert choice.overtaken == ["j2"]
        big["overtaken"] = turn + 1
    choice = choose([big, job(9, 10)], running, room)
    assert choice.row is None
    assert choice.told["j9"] == "Waits for bigger work that came before it."
    assert choose([big, job(9, 10)], [], room).row == big


def test_what_nobody_weighed_does_not_begin_where_memory_counts() -> None:
    unknown = {**job(1), "megabytes": None}
    assert choose([unknown], [], Room(megabytes=4_000)).row is None
    assert choose([unknown], [], Room(megabytes=inf)).row == unknown


@pytest.mark.parametrize(
    ("megabytes", "words"), [(640, "640 MB"), (1_200, "1.2 GB"), (3_000, "3 GB"), (0, "0 MB")]
)
def test_memory_in_words(megabytes: float, words: str) -> None:
    assert size(megabytes) == words
