import numpy as np
import pytest
from honest_runs import called_better
from scipy import stats

from mll_core.domain.resampled import interval
from mll_core.stages.train.ranking import Standing, judge, level

FOLDS = 5
OVERLAP = 1 / (FOLDS - 1)


def standing(
    name: str, scores: list[float], complexity: int = 3, ms: float = 1.0, *, baseline: bool = False
) -> Standing:
    return Standing(name, name, np.array(scores), complexity, ms, baseline)


def test_the_interval_is_nadeau_and_bengios() -> None:
    scores = np.array([0.81, 0.84, 0.79, 0.86, 0.80])
    error = np.sqrt((1 / 5 + 0.25) * scores.var(ddof=1))
    low, high = stats.t.interval(0.95, 4, loc=scores.mean(), scale=error)
    assert interval(scores, 0.25) == pytest.approx((low, high))
    plain = stats.ttest_1samp(scores, 0).confidence_interval(0.95)
    assert interval(scores, 0.0) == pytest.approx((plain.low, plain.high))


def test_one_score_has_no_interval_and_a_fold_without_a_value_is_left_out() -> None:
    assert np.isnan(interval(np.array([0.8]), 0.25)).all()
    known = np.array([0.8, 0.9, 0.7])
    assert interval(np.r_[known, np.nan], 0.25) == interval(known, 0.25)


def test_of_those_level_with_the_best_the_simplest_wins_and_the_reason_says_so() -> None:
    best = standing("boosting", [0.90, 0.88, 0.91, 0.89, 0.90], 3)
    near = standing("linear", [0.89, 0.89, 0.90, 0.89, 0.89], 2)
    far = standing("stump", [0.70, 0.71, 0.69, 0.70, 0.70], 1, baseline=True)
    verdict = judge([far, near, best], OVERLAP, greater=True)
    assert verdict.order == ("boosting", "linear", "stump")
    assert verdict.tied == {"boosting", "linear"}
    assert verdict.winner == "linear"
    assert verdict.reason.startswith("linear is simpler than boosting")


def test_a_lower_error_is_better_and_a_clear_lead_is_said() -> None:
    one = standing("good", [10, 11, 10, 11, 10])
    other = standing("bad", [20, 22, 21, 20, 22], 1)
    verdict = judge([other, one], OVERLAP, greater=False)
    assert verdict.order == ("good", "bad")
    assert (verdict.winner, verdict.tied) == ("good", frozenset())
    assert verdict.reason == "good is better than the other tried on the same 5 parts."


def test_the_reason_speaks_of_what_was_tried_and_of_what_was_not() -> None:
    good = standing("good", [0.90, 0.91, 0.90, 0.91, 0.90])
    others = [standing(f"bad {i}", [0.6, 0.61, 0.6, 0.61, 0.6]) for i in range(3)]
    verdict = judge([good, *others], OVERLAP, greater=True, untried=4)
    assert verdict.reason == (
        "good is better than the 3 others tried on the same 5 parts. "
        "4 more were not tried to the end, for lack of time."
    )


def test_much_slower_ones_stand_back_and_small_differences_in_speed_do_not_count() -> None:
    scores = [0.90, 0.88, 0.91, 0.89, 0.90]
    best = standing("best", [s + 0.001 for s in scores], ms=3.0)
    close = standing("close", scores, ms=1.0)
    slow = standing("slow", [s + 0.002 for s in scores[::-1]], ms=9.0)
    assert judge([best, close], OVERLAP, greater=True).winner == "best"
    assert judge([slow, close], OVERLAP, greater=True).winner == "close"


def test_a_run_that_fails_on_one_fold_is_not_level_with_a_good_one() -> None:
    good = np.array([20.0, 21.0, 19.0, 22.0, 20.0])
    failing = np.array([21.0, 22.0, 20.0, 23.0, 400.0])
    assert not level(good, failing, OVERLAP)


def test_a_baseline_never_wins_over_what_learned_and_a_tie_with_it_is_said() -> None:
    prior = standing("prior", [0.5] * 5, 0, baseline=True)
    noise = standing("noise", [0.48, 0.52, 0.5, 0.49, 0.505])
    verdict = judge([prior, noise], OVERLAP, greater=True)
    assert verdict.winner == "noise"
    assert "not clearly better than the baseline 'prior'" in verdict.reason


@pytest.mark.parametrize("name", ["rmse, 2 models, 100 rows", "auc, 8 models, 400 rows"])
def test_equally_good_models_are_rarely_called_behind(name: str) -> None:
    any_behind, all_behind = called_better(name, 100)
    assert all_behind <= any_behind <= 0.05


def test_the_best_of_many_is_the_best_by_chance_and_that_is_allowed_for() -> None:
    draw = np.random.default_rng(0)
    standings = [standing(f"model {i}", list(draw.normal(0.8, 0.01, FOLDS))) for i in range(30)]
    best = max(standings, key=lambda one: one.scores.mean())
    alone = [one for one in standings if not level(best.scores, one.scores, OVERLAP)]
    verdict = judge(standings, OVERLAP, greater=True)
    assert len(alone) >= 1
    assert len(verdict.tied) == 30


def test_how_far_behind_the_best_each_is_on_the_same_parts() -> None:
    one = standing("good", [10, 11, 10, 11, 10])
    other = standing("bad", [20, 22, 21, 20, 22], 1)
    behind = judge([other, one], OVERLAP, greater=False).behind
    assert set(behind) == {"bad"}
    assert behind["bad"].value == pytest.approx(10.6)
    low, high = interval(other.scores - one.scores, OVERLAP)
    assert (behind["bad"].low, behind["bad"].high) == pytest.approx((low, high))


def test_where_no_lead_is_shown_the_simplest_that_is_no_worse_than_the_baseline_wins() -> None:
    noise = [0.02, -0.02, 0.03, -0.03, 0.0]
    mixed = standing("ensemble", [0.79 + n for n in noise], 6)
    plain = standing("plain", [0.775 + n for n in reversed(noise)], 2)
    weak = standing("weak", [0.75 - n for n in noise], 1)
    rule = standing("rule", [0.77 + n for n in noise[2:] + noise[:2]], 0, baseline=True)
    verdict = judge([mixed, plain, weak, rule], OVERLAP, greater=True)
    assert len(verdict.tied) == 4
    assert verdict.winner == "plain"


def test_a_simpler_model_far_behind_does_not_win_though_few_folds_cannot_tell() -> None:
    # Errors in which one odd fold widens the interval until a gap of a fifth is "noise".
    boosting = standing("boosting", [20.0, 22.0, 21.0, 20.0, 40.0])
    linear = standing("linear", [23.0, 27.0, 26.0, 24.0, 45.0], 2)
    median = standing("median", [60.0, 62.0, 61.0, 60.0, 75.0], 0, baseline=True)
    verdict = judge([boosting, linear, median], OVERLAP, greater=False)
    assert verdict.winner == "boosting"
    nearer = standing("linear", [20.5, 22.5, 21.2, 20.1, 41.0], 2)
    assert judge([boosting, nearer, median], OVERLAP, greater=False).winner == "linear"


def test_where_the_best_is_asked_for_what_averages_more_wins_beside_it() -> None:
    means = {"single": 0.8002, "several": 0.8001, "behind": 0.79, "baseline": 0.7}
    complexity = {"single": 3, "several": 6, "behind": 6, "baseline": 0}
    noise = np.array([-0.01, 0.0, 0.01])
    standings = [
        Standing(name, name, mean + noise * (1 + c / 10), c, 1.0, name == "baseline")
        for (name, mean), c in zip(means.items(), complexity.values(), strict=True)
    ]
    found = judge(standings, 0.25, greater=True, simplest=False)
    assert found.winner == "several"
    assert "as asked for" in found.reason
    assert judge(standings, 0.25, greater=True).winner == "single"
