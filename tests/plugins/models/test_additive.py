import numpy as np
from model_cases import Case, case, number

from mll_core.domain.task import Task
from mll_core.plugins.models.additive import Additive


def test_it_follows_a_wave_and_a_hump_and_adds_them_up() -> None:
    draw = np.random.default_rng(0)
    x = draw.uniform(-3, 3, (800, 2)).astype(np.float32)
    truth = np.sin(2 * x[:, 0]) - x[:, 1].astype(float) ** 2 / 4
    rows = Case((number("a"), number("b")), x, truth, Task.REGRESSION)
    error = rows.scores(rows.fitted(Additive(held=0.01))) - truth
    assert np.abs(error).mean() < 0.05


def test_the_curve_of_a_column_is_the_same_whatever_the_others_are() -> None:
    rows = case(Task.REGRESSION, n=600)
    fitted = rows.fitted(Additive())
    asked = np.repeat(rows.matrix[:2], 30, axis=0)
    asked[:, 0] = np.tile(np.linspace(-2, 2, 30), 2)
    one, other = rows.scores(fitted, asked).reshape(2, 30)
    np.testing.assert_allclose(one - one[0], other - other[0], atol=1e-6)
