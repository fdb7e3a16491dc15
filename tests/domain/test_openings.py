import numpy as np
import pytest

from mll_core.domain.job import Event
from mll_core.domain.openings import MAXIMA, Openings


def opened(times: int) -> list[Event]:
    return [
        Event(
            number=n,
            at=f"2026-01-0{n}T00:00:00+00:00",
            kind="test.opened",
            project="p",
            actor="ana",
            detail={"run_id": f"r{n}", "reason": "to decide", "test": "t"},
        )
        for n in range(1, times + 1)
    ]


def test_what_the_best_of_several_gains_by_luck_is_the_mean_largest_of_normal_numbers() -> None:
    draw = np.random.default_rng(0).normal(size=(200_000, len(MAXIMA)))
    for k, told in enumerate(MAXIMA, 1):
        assert draw[:, :k].max(axis=1).mean() == pytest.approx(told, abs=0.01)


def test_each_opening_is_told_with_who_and_why_and_the_worth_falls() -> None:
    assert "worth most" in Openings.of([], None).sentence
    once = Openings.of(opened(1), None)
    assert (once.lines[0].by, once.lines[0].why) == ("ana", "to decide")
    assert "worth what they say" in once.sentence
    assert "opened for 3 candidates" in Openings.of(opened(3), None).sentence
    assert not Openings.of(opened(4), None).worn
    assert Openings.of(opened(5), None).worn
    assert "A fresh test is due" in Openings.of(opened(5), None).sentence
