import numpy as np
import pytest
from fairlearn import metrics as fair
from scipy.stats import chi2_contingency
from sklearn.metrics import precision_score

from mll_core.domain.task import Predictions, Task
from mll_core.stages.evaluate.parity import Cases, holm, judged, parities, spread_of

NAMES = ("a", "b", "c")


def cases(
    n: int = 900, seed: int = 0, lean: tuple[float, ...] = (0.0, 0.0, 0.0), *, twins: int = 1
) -> tuple[Cases, np.ndarray]:
    """Random answers; ``lean`` moves a group's scores; ``twins`` equal rows stand for one."""
    draw = np.random.default_rng(seed)
    group = draw.integers(0, len(lean), n)
    truth = (draw.random(n) < 0.4).astype(np.int64)
    positive = np.clip(0.3 * truth + 0.5 * draw.random(n) + np.array(lean)[group], 0, 1)
    label = (positive > 0.45).astype(np.int64)
    group, truth, positive, label = (
        np.repeat(one, twins) for one in (group, truth, positive, label)
    )
    said = Predictions(truth, np.column_stack([1 - positive, positive]), label, ("no", "yes"))
    members = [(NAMES[code], group == code) for code in range(len(lean))]
    units = np.repeat(np.arange(n), twins) if twins > 1 else None
    return Cases("group", members, said, units), group


def test_differences_and_ratios_equal_fairlearns() -> None:
    ours, group = cases(lean=(0.0, 0.1, 0.3))
    both = {
        "y_true": ours.predictions.truth,
        "y_pred": ours.predictions.label,
        "sensitive_features": group,
    }
    found = {one.definition: one for one in parities(ours, Task.BINARY)}
    precision = fair.MetricFrame(metrics=precision_score, **both)
    for code, difference, ratio in (
        (
            "demographic_parity",
            fair.demographic_parity_difference(**both),
            fair.demographic_parity_ratio(**both),
        ),
        (
            "equal_opportunity",
            fair.equal_opportunity_difference(**both),
            fair.equal_opportunity_ratio(**both),
        ),
        (
            "equalised_odds",
            fair.equalized_odds_difference(**both),
            fair.equalized_odds_ratio(**both),
        ),
        ("predictive_parity", precision.difference(), precision.ratio()),
    ):
        assert found[code].difference.value == pytest.approx(difference, abs=1e-12)
        assert found[code].ratio == pytest.approx(ratio, abs=1e-12)


def test_the_test_of_evenness_agrees_with_chi_squared_on_many_rows() -> None:
    ours, group = cases(n=20_000, lean=(0.0, 0.003, 0.005))
    parity = next(iter(parities(ours, Task.BINARY)))
    table = [[(ours.predictions.label[group == g] == v).sum() for v in (0, 1)] for g in range(3)]
    assert parity.p_value == pytest.approx(
        chi2_contingency(table, correction=False).pvalue, rel=0.05
    )


def test_without_a_difference_one_in_twenty_is_called_uneven() -> None:
    p_values = [
        [one.p_value for one in parities(cases(n=400, seed=seed)[0], Task.BINARY)]
        for seed in range(400)
    ]
    for of_definition in np.array(p_values).T:
        assert 0.02 <= (of_definition < 0.05).mean() <= 0.08
    assert np.mean([min(holm(p)) < 0.05 for p in p_values]) <= 0.06


def test_rows_that_belong_together_prove_no_more_than_one_of_them() -> None:
    def alarms(known: bool) -> float:
        found = []
        for seed in range(200):
            ours, _ = cases(n=200, seed=seed, lean=(0.0, 0.0), twins=5)
            if not known:
                ours = Cases(ours.column, ours.members, ours.predictions, None)
            found.append(next(iter(parities(ours, Task.BINARY))).p_value < 0.05)
        return float(np.mean(found))

    assert alarms(known=True) <= 0.09
    assert alarms(known=False) >= 0.2


def test_the_interval_of_a_difference_holds_the_truth() -> None:
    held = []
    for seed in range(300):
        draw = np.random.default_rng(seed)
        group = np.repeat([0, 1], 150)
        label = (draw.random(300) < np.array([0.3, 0.5])[group]).astype(np.int64)
        said = Predictions(label, np.column_stack([1 - label, label]) * 1.0, label, ("no", "yes"))
        members = [("a", group == 0), ("b", group == 1)]
        one = next(iter(parities(Cases("g", members, said, None), Task.BINARY)))
        held.append(one.difference.low <= 0.2 <= one.difference.high)
    assert 0.92 <= np.mean(held) <= 0.98


def test_the_verdict_needs_a_wide_gap_that_chance_does_not_make() -> None:
    wide = next(iter(parities(cases(lean=(0.0, 0.3, 0.0))[0], Task.BINARY)))
    assert judged(wide, 0.001).verdict == "uneven"
    assert judged(wide, 0.2).verdict == "not sure"
    level = next(iter(parities(cases(n=30_000)[0], Task.BINARY)))
    assert judged(level, 0.0).verdict == "even"
    assert "80 % of the highest" in judged(wide, 0.001).sentence


def test_holm_counts_every_test() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_a_group_without_a_case_has_no_share_of_them_found() -> None:
    ours, group = cases()
    truth = np.where(group == 0, 0, ours.predictions.truth)
    said = Predictions(truth, ours.predictions.score, ours.predictions.label, ("no", "yes"))
    one = spread_of(Cases("g", ours.members, said, None), "true_positive_rate", shares=True)
    assert one is not None
    assert one.names == ("b", "c")
    alone = Cases("g", ours.members[:1], said, None)
    assert list(parities(alone, Task.BINARY)) == []


def test_numbers_are_compared_by_how_far_off_they_are() -> None:
    draw = np.random.default_rng(0)
    group, truth = np.repeat([0, 1], 200), draw.normal(size=400)
    score = truth + draw.normal(size=400) * np.array([1.0, 3.0])[group]
    members = [("a", group == 0), ("b", group == 1)]
    (one,) = parities(Cases("g", members, Predictions(truth, score, score), None), Task.REGRESSION)
    assert (one.definition, one.lowest, one.highest) == ("even_errors", "a", "b")
    off = np.abs(score - truth)
    assert one.ratio == pytest.approx(off[group == 0].mean() / off[group == 1].mean())
    assert judged(one, one.p_value).verdict == "uneven"
