import numpy as np
import pytest
from honest_runs import GOAL, held_classes, held_numbers
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from mll_core.domain.calibration import Calibration, error, log_loss, log_odds
from mll_core.domain.conformal import Band, Sets, nth
from mll_core.domain.task import Floats, Task
from mll_core.stages.train.calibrating import calibrate, learn
from mll_core.stages.train.held_out import HeldOut
from mll_core.stages.train.reach import reach


def two(positive: Floats) -> Floats:
    return np.column_stack([1 - positive, positive])


def cases(n: int, slope: float, shift: float = 0.0, seed: int = 0) -> tuple[Floats, Floats]:
    """Truths, and what a model says that exaggerates the true log-odds ``slope`` times."""
    draw = np.random.default_rng(seed)
    odds = draw.normal(-0.5, 1.2, n)
    truth = (draw.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    return truth, two(1 / (1 + np.exp(-(slope * odds + shift))))


def held(truth: Floats, score: Floats, folds: int = 5) -> HeldOut:
    places = np.array_split(np.arange(len(truth)), folds)
    return HeldOut([truth[at] for at in places], [score[at] for at in places])


def test_a_sigmoid_finds_the_slope_and_the_shift_that_logistic_regression_finds() -> None:
    truth, score = cases(900, slope=2.0, shift=0.6)
    found = learn(held(truth, score), Task.BINARY)
    assert found.method == "sigmoid"
    plain = LogisticRegression(C=np.inf).fit(log_odds(score[:, [1]]), truth)
    assert found.slope == pytest.approx(plain.coef_[0, 0], abs=0.02)  # Platt's targets shrink
    assert found.shift == pytest.approx(plain.intercept_[0], abs=0.02)
    assert found.slope == pytest.approx(0.5, abs=0.1)


def test_many_rows_may_have_any_rising_shape_and_no_two_cases_become_one() -> None:
    truth, score = cases(9_000, slope=2.0)
    found = learn(held(truth, score), Task.BINARY)
    assert found.method == "isotonic"
    inner = np.sort(score[:, 1])[200:-200]
    put = found.apply(two(inner))[:, 1]
    assert (np.diff(put) >= 0).all()
    assert len(np.unique(put)) > 0.95 * len(np.unique(inner))
    true, said = calibration_curve(truth, found.apply(score)[:, 1], n_bins=10, strategy="quantile")
    assert np.abs(true - said).max() < 0.03


def test_one_temperature_for_more_classes_is_scikit_learns() -> None:
    draw = np.random.default_rng(1)
    odds = draw.normal(0, 1.5, (3_000, 3))
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    truth = (shares.cumsum(axis=1) < draw.random((3_000, 1))).sum(axis=1)
    sharp = shares**3 / (shares**3).sum(axis=1, keepdims=True)
    found = learn(held(truth, sharp), Task.MULTICLASS)
    assert found.slope == pytest.approx(1 / 3, abs=0.03)
    model = LogisticRegression().fit(3 * odds, truth)
    model.coef_, model.intercept_ = np.eye(3), np.zeros(3)
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method="temperature")
    theirs.fit(3 * odds, truth)
    np.testing.assert_allclose(found.apply(sharp), theirs.predict_proba(3 * odds), atol=1e-3)


def test_it_is_put_right_only_when_that_is_shown_to_help() -> None:
    truth, score = cases(1_500, slope=2.5)
    calibration, said = calibrate(held(truth, score), Task.BINARY, overlap=0.25)
    assert calibration is not None
    assert said.after is not None
    assert said.after < said.error / 2
    assert said.reason.startswith("Put right by sigmoid: it helps by 0.")
    truth, score = cases(1_500, slope=1.0)
    calibration, said = calibrate(held(truth, score), Task.BINARY, overlap=0.25)
    assert calibration is None
    assert said.method is None
    assert "not shown to help" in said.reason


def test_too_few_rows_of_a_class_say_nothing() -> None:
    truth, score = cases(100, slope=2.0)
    truth[:] = 0
    truth[:19] = 1
    calibration, said = calibrate(held(truth, score), Task.BINARY, overlap=0.25)
    assert calibration is None
    assert "only 19 rows" in said.reason


def test_the_error_is_the_mean_gap_over_ten_parts() -> None:
    score = two(np.repeat(np.arange(10) / 10 + 0.05, 100))
    truth = np.concatenate([np.arange(100) < 10 * tenth for tenth in range(10)]).astype(np.int64)
    assert error(truth, score) == pytest.approx(0.05)
    assert log_loss(np.array([1, 0]), two(np.array([0.5, 0.5]))) == pytest.approx(np.log(2))


@pytest.mark.parametrize("method", ["sigmoid", "isotonic", "temperature"])
def test_one_row_is_put_right_as_many_are(method: str) -> None:
    points = {"says": (0.1, 0.4, 0.9), "comes_true": (0.0, 0.5, 1.0)}
    calibration = Calibration.model_validate(
        {"method": method, "slope": 0.7, "shift": 0.2} | points
    )
    score = two(np.random.default_rng(0).random(999))
    score[:2] = [[1, 0], [0, 1]]
    whole = calibration.apply(score)
    each = np.concatenate([calibration.apply(score[[row]]) for row in range(len(score))])
    assert np.array_equal(whole, each)
    np.testing.assert_allclose(whole.sum(axis=1), 1)
    assert np.isfinite(whole).all()


def test_the_value_that_nine_of_ten_do_not_exceed_counts_one_more() -> None:
    assert nth(np.arange(1.0, 100.0), 0.9) == 90  # the 90th of 99: ceil(100 * 0.9)
    assert nth(np.arange(1.0, 10.0), 0.95) == 9  # too few to promise more


def test_a_band_holds_the_promised_share_on_rows_it_never_saw() -> None:
    draw = np.random.default_rng(3)
    value = draw.normal(50, 10, 4_000)
    truth = value + draw.exponential(5, 4_000)  # only ever above
    band, covered = reach(held(truth[:2_000], value[:2_000]), Task.REGRESSION, 0.9)
    assert isinstance(band, Band)
    assert band.scale == "plain"
    low, high = band.around(value[2_000:])
    inside = (truth[2_000:] >= low) & (truth[2_000:] <= high)
    assert inside.mean() == pytest.approx(0.9, abs=0.02)
    assert covered.share.low < 0.9 < covered.share.high
    assert band.low > 0  # errors lie on one side, and so does the band
    assert covered.width == pytest.approx(band.high - band.low, rel=0.05)


def test_errors_that_grow_with_the_value_get_a_band_that_does() -> None:
    draw = np.random.default_rng(4)
    value = np.exp(draw.normal(5, 1.5, 4_000))
    truth = np.expm1(np.log1p(value) + draw.normal(0, 0.3, 4_000)).clip(0)
    band, covered = reach(held(truth, value), Task.REGRESSION, 0.9)
    assert isinstance(band, Band)
    assert band.scale == "relative"
    low, high = band.around(value)
    assert covered.share.value == pytest.approx(0.9, abs=0.02)
    small, large = value < np.median(value), value >= np.median(value)
    for part in (small, large):
        assert ((truth >= low) & (truth <= high))[part].mean() == pytest.approx(0.9, abs=0.03)


def test_sets_hold_the_true_class_in_the_promised_share() -> None:
    draw = np.random.default_rng(5)
    shares = draw.dirichlet([0.5, 0.5, 0.5], 6_000)
    truth = (shares.cumsum(axis=1) < draw.random((6_000, 1))).sum(axis=1)
    sets, covered = reach(held(truth[:3_000], shares[:3_000]), Task.MULTICLASS, 0.9)
    assert isinstance(sets, Sets)
    members = sets.members(shares[3_000:])
    hit = members[np.arange(3_000), truth[3_000:]]
    assert hit.mean() == pytest.approx(0.9, abs=0.02)
    assert covered.share.low < 0.9 < covered.share.high
    assert covered.unsure == pytest.approx((members.sum(axis=1) > 1).mean(), abs=0.05)
    assert members.any(axis=1).all()
    assert list(Sets(goal=0.9, least=0.3).unsure(np.array([[0.9, 0.1], [0.65, 0.35]]))) == [
        False,
        True,
    ]


@pytest.mark.parametrize("growing", [False, True])
def test_ranges_of_models_learned_anew_hold_what_they_promise(growing: bool) -> None:
    held, said = held_numbers(200, 60, growing=growing)
    assert held == pytest.approx(GOAL, abs=0.015)
    assert said == pytest.approx(GOAL, abs=0.015)


def test_sets_of_models_learned_anew_hold_what_they_promise() -> None:
    held, said = held_classes(200, 60)
    assert held == pytest.approx(GOAL, abs=0.015)
    assert said == pytest.approx(GOAL, abs=0.015)
