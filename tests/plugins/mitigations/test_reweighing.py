import numpy as np

from mll_core.plugins.mitigations.reweighing import weights


def test_with_its_weights_group_and_answer_are_independent() -> None:
    draw = np.random.default_rng(0)
    group = draw.integers(0, 3, 900)
    hit = draw.random(900) < np.array([0.1, 0.4, 0.7])[group]
    weight = weights(hit, group)
    np.testing.assert_allclose(weight.mean(), 1)
    shares = [np.average(hit[group == g], weights=weight[group == g]) for g in range(3)]
    np.testing.assert_allclose(shares, hit.mean())


def test_two_by_two_as_in_the_paper() -> None:
    group = np.array([0] * 10 + [1] * 10)
    hit = np.array([True] * 3 + [False] * 7 + [True] * 5 + [False] * 5)
    weight = weights(hit, group)
    assert np.isclose(weight[0], 0.5 * 0.4 / 0.15)
    assert np.isclose(weight[-1], 0.5 * 0.6 / 0.25)


def test_a_group_without_such_an_answer_is_no_division_by_zero() -> None:
    weight = weights(np.array([True, True, False, False]), np.array([0, 0, 1, 1]))
    assert np.isfinite(weight).all()
