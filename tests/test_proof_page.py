from pathlib import Path

import pytest
from promises import __main__ as command
from promises import page
from proving import Proved, Tally, by_the_clock, tally

GOOD = Proved(7, "bodies: 20,000 answered", "full", 61.2)


def test_every_promise_has_its_line_and_those_without_proof_say_so(tmp_path: Path) -> None:
    page.write(tmp_path / "PROOF.md", [GOOD])
    text = (tmp_path / "PROOF.md").read_text()
    rows = [line for line in text.splitlines() if line[2:4].strip(". ").isdigit()]
    assert len(rows) == 16
    assert text.count("| proved |") == 1
    assert text.count(page.MISSING) == 15
    assert "1 of 16 promises are proved" in text


def test_proving_one_promise_again_keeps_the_lines_of_the_others(tmp_path: Path) -> None:
    place = tmp_path / "PROOF.md"
    page.write(place, [GOOD, Proved(8, "swaps: 20 | 0 failed", "full", 60)])
    before = page.read(place)
    page.write(place, [Proved(8, "swaps: 3", "slice", 6)])
    after = page.read(place)
    assert after[7] == before[7]
    assert before[8][:2] == ("proved", "swaps: 20 / 0 failed")
    assert after[8][:2] == ("slice", "swaps: 3")


def test_one_failed_part_fails_the_promise(tmp_path: Path) -> None:
    place = tmp_path / "PROOF.md"
    page.write(place, [GOOD, Proved(7, "bytes: 5 sent", "FAILED", 1)])
    assert page.read(place)[7][0] == "FAILED"
    assert "FAILED bytes" in page.read(place)[7][1]


def test_a_harness_that_fails_still_says_what_it_had_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Proved] = []
    monkeypatch.setattr("proving.PROVED", found)

    def harness() -> None:
        with tally(9, "figures") as counts:
            counts["asked"] += 3
            counts["never"] += 1 // 0

    with pytest.raises(ZeroDivisionError):
        harness()
    assert [(one.said, one.state) for one in found] == [("figures: 3 asked", "FAILED")]


def test_words_come_before_the_counts() -> None:
    counts = Tally()
    counts["kills"] = 1_000
    counts.say("nothing lost")
    assert str(counts) == "nothing lost; 1,000 kills"


def test_each_harness_belongs_to_one_of_the_promises() -> None:
    known = [path for number in page.PROMISES for path in command.harnesses(number)]
    assert sorted(known) == sorted(command.FOLDER.glob("test_*.py"))


def test_a_missed_goal_leaves_the_promise_unproved(tmp_path: Path) -> None:
    counts = Tally()
    counts.goal(True, "p50 2 ms, goal 3 ms")
    assert not counts.missed
    counts.goal(False, "p99 11 ms, goal 10 ms")
    assert "p50 2 ms, goal 3 ms: met; p99 11 ms, goal 10 ms: MISSED" in str(counts)
    page.write(tmp_path / "PROOF.md", [GOOD, Proved(7, str(counts), "missed", 1)])
    assert page.read(tmp_path / "PROOF.md")[7][0] == "goal missed"


def test_what_was_done_at_once_is_counted_once_by_the_clock() -> None:
    spans = [(0.0, 10.0), (5.0, 10.0), (6.0, 2.0), (30.0, 4.0)]
    proved = [Proved(1, "", "slice", seconds, began) for began, seconds in spans]
    assert by_the_clock(proved) == 19.0
    assert by_the_clock([]) == 0.0


def test_a_slice_tries_the_least_whatever_the_time_and_each_thing_once() -> None:
    counts = Tally()
    counts.started -= 60
    assert len(list(counts.some(range(10), 3))) == 3
    assert sorted(Tally().some(range(10))) == list(range(10))
