import numpy as np
from model_cases import Case, number
from sklearn.metrics import r2_score

from mll_core.domain.task import Task
from mll_core.plugins.models.neural_network import NeuralNetwork


def test_it_learns_a_smooth_bend_of_two_columns_in_the_targets_own_unit() -> None:
    draw = np.random.default_rng(0)
    x = draw.uniform(-2, 2, (1500, 2)).astype(np.float32)
    truth = 1e4 + 1e3 * np.sin(2 * x[:, 0]) * x[:, 1]
    rows = Case((number("a"), number("b")), x, truth.astype(np.float64), Task.REGRESSION)
    assert r2_score(truth, rows.scores(rows.fitted(NeuralNetwork(rounds=150)))) > 0.9
