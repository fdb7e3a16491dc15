import numpy as np
from fairlearn.metrics import demographic_parity_difference, true_positive_rate_difference
from sklearn.linear_model import LogisticRegression

from mll_core.plugins.mitigations.constrained_training import ConstrainedTraining, Mix


def people(n: int = 1_500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    group = draw.integers(0, 3, n)
    matrix = np.column_stack([draw.normal(size=(n, 2)) + group[:, None], group == 2])
    return matrix, matrix[:, 0] + draw.normal(size=n) > 1, group


def test_the_rate_it_is_told_of_comes_closer_in_every_group() -> None:
    matrix, hit, group = people()
    plain = LogisticRegression().fit(matrix, hit).predict(matrix)
    for goal, measure in (
        ("demographic_parity", demographic_parity_difference),
        ("equal_opportunity", true_positive_rate_difference),
    ):
        fair = ConstrainedTraining(goal=goal).fit(LogisticRegression(), matrix, hit, group)
        called = fair.predict_proba(matrix)[:, 1] >= 0.5
        before = measure(hit, plain, sensitive_features=group)
        assert measure(hit, called, sensitive_features=group) < 0.6 * before


def test_a_mix_is_the_weighted_mean_of_what_its_models_say() -> None:
    class Says:
        def __init__(self, share: float) -> None:
            self.share = share

        def predict_proba(self, matrix: np.ndarray) -> np.ndarray:
            return np.tile([1 - self.share, self.share], (len(matrix), 1))

    mix = Mix((Says(0.2), Says(0.8), Says(0.5)), np.array([0.25, 0.75, 0.0]))
    np.testing.assert_allclose(mix.predict_proba(np.zeros((2, 1))), [[0.35, 0.65]] * 2)
