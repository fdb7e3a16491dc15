import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from mll_core.domain.document import Brief, Capacity, Values
from mll_core.stages.train.threshold import choose

VALUES = Values(true_positive=90, false_positive=-20, false_negative=-50)


def drawn(seed: int, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    positive = draw.random(n) < 0.3
    score = 1 / (1 + np.exp(-draw.normal(1.5 * positive - 1, 1)))
    return positive, score.round(2) if seed % 2 else score


def every_cut(score: np.ndarray) -> list[float]:
    return [*np.unique(score).tolist(), 2.0]


@pytest.mark.parametrize("seed", range(6))
def test_without_values_or_capacity_no_cut_has_a_higher_f1(seed: int) -> None:
    positive, score = drawn(seed)
    cut, reason = choose(Brief(), positive, score)
    best = max(f1_score(positive, score >= c, zero_division=0) for c in every_cut(score))
    assert f1_score(positive, score >= cut) == pytest.approx(best)
    assert f"{best:.3f}" in reason


def worth(values: Values, positive: np.ndarray, called: np.ndarray) -> float:
    counts = {
        "true_positive": (positive & called).sum(),
        "false_positive": (~positive & called).sum(),
        "false_negative": (positive & ~called).sum(),
        "true_negative": (~positive & ~called).sum(),
    }
    return float(sum((getattr(values, name) or 0) * n for name, n in counts.items()))


@pytest.mark.parametrize("seed", range(6))
def test_with_values_no_cut_is_worth_more(seed: int) -> None:
    positive, score = drawn(seed)
    cut, reason = choose(Brief(values=VALUES), positive, score)
    best = max(worth(VALUES, positive, score >= c) for c in every_cut(score))
    assert worth(VALUES, positive, score >= cut) == pytest.approx(best)
    assert f"{best / 300:,.2f} EUR" in reason


def test_acting_on_nobody_is_a_choice_too() -> None:
    positive, score = drawn(0)
    values = Values(true_positive=1, false_positive=-1000, false_negative=0)
    cut, _ = choose(Brief(values=values), positive, np.full(300, 0.3))
    assert cut > 0.3
    assert not (score >= max(cut, 1)).any()


@pytest.mark.parametrize("seed", range(4))
def test_capacity_selects_as_many_as_can_be_handled_and_no_more(seed: int) -> None:
    positive, score = drawn(seed)
    brief = Brief(capacity=Capacity(count=20, cases_per_period=100))
    cut, reason = choose(brief, positive, score)
    selected = int((score >= cut).sum())
    assert selected <= 60
    lower = np.unique(score[score < cut])
    assert not len(lower) or (score >= lower[-1]).sum() > 60
    assert "20 of 100 can be handled per week" in reason


@pytest.mark.parametrize("values", [Values(), VALUES])
def test_a_capacity_without_the_number_of_cases_limits_nothing_and_is_said(values: Values) -> None:
    positive, score = drawn(0)
    free, why = choose(Brief(values=values), positive, score)
    cut, reason = choose(Brief(values=values, capacity=Capacity(count=30)), positive, score)
    assert cut == free
    assert "brief.capacity.cases_per_period" in reason
    assert "brief.capacity" not in why


def test_more_rows_of_the_same_kind_ask_for_the_same_threshold() -> None:
    positive, score = drawn(0)
    week = Brief(values=VALUES, capacity=Capacity(count=30))
    share = Brief(values=VALUES, capacity=Capacity(count=30, cases_per_period=150))
    for brief in (week, share):
        cut, _ = choose(brief, positive, score)
        more, _ = choose(brief, np.tile(positive, 4), np.tile(score, 4))
        assert more == cut


def test_values_and_capacity_together_keep_within_the_capacity() -> None:
    positive, score = drawn(0)
    values = Values(true_positive=100, false_positive=0, false_negative=0)
    brief = Brief(values=values, capacity=Capacity(count=10, cases_per_period=100))
    cut, reason = choose(brief, positive, score)
    assert (score >= cut).sum() == 30
    assert "per case, where 10 of 100 can be handled per week: " in reason


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40))
def test_any_scores_give_a_cut_that_parts_no_equal_scores(rows: list[tuple[bool, float]]) -> None:
    positive, score = np.array([p for p, _ in rows]), np.array([s for _, s in rows])
    cut, _ = choose(Brief(), positive, score)
    assert np.isfinite(cut)
