import numpy as np
from model_cases import Case, number

from mll_core.domain.task import Task
from mll_core.infra import pairs
from mll_core.plugins.models.explainable_boosting import ExplainableBoosting


def crossed() -> Case:
    """``a`` and ``b`` act together, ``c`` alone, ``d`` not at all."""
    draw = np.random.default_rng(0)
    x = draw.uniform(-1, 1, (1500, 4)).astype(np.float32)
    truth = 3.0 * x[:, 0] * x[:, 1] + x[:, 2] + draw.normal(0, 0.1, 1500)
    return Case(tuple(map(number, "abcd")), x, truth, Task.REGRESSION)


def test_it_finds_the_pair_that_acts_together() -> None:
    rows = crossed()
    fitted = rows.fitted(ExplainableBoosting(pairs=1, trees=150))
    assert fitted.interaction_cst[-1] == [0, 1]
    alone = rows.fitted(ExplainableBoosting(pairs=0, trees=150))
    errors = [np.abs(rows.scores(model) - rows.truth).mean() for model in (fitted, alone)]
    assert errors[0] < 0.5 * errors[1]


def test_columns_that_act_alone_are_no_pair() -> None:
    draw = np.random.default_rng(0)
    matrix = draw.normal(size=(4000, 5)).astype(np.float32)
    left = draw.normal(size=(4000, 1))
    assert len(pairs.found(matrix, left, left, 10, None)) <= 7
    crossed_left = left + 2 * (matrix[:, [1]] * matrix[:, [3]])
    assert pairs.found(matrix, left, crossed_left, 1, None) == [(1, 3)]
    assert (1, 3) not in pairs.found(matrix, left, crossed_left, 10, [[0, 1], [3, 4]])


def test_it_stops_early_and_the_last_fit_takes_as_many_trees() -> None:
    rows = crossed()
    model = ExplainableBoosting(learning_rate=0.5, pairs=1)
    fitted = rows.fitted(model)
    assert fitted.n_iter_ < model.trees
    assert model.settled([fitted]).trees == fitted.n_iter_
