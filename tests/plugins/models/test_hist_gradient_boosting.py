import numpy as np
import pytest
from model_cases import Case, case, category, number

from mll_core.domain.task import Task
from mll_core.plugins.models.hist_gradient_boosting import HistGradientBoosting


def test_it_finds_an_island_that_no_straight_border_can() -> None:
    x = np.arange(300, dtype=np.float32)[:, None]
    island = ((x[:, 0] > 100) & (x[:, 0] < 200)).astype(np.int64)
    rows = Case((number("x"),), x, island, Task.BINARY)
    fitted = rows.fitted(HistGradientBoosting(trees=20))
    asked = np.array([[50], [150], [250]], np.float32)
    assert rows.scores(fitted, asked).argmax(axis=1).tolist() == [0, 1, 0]


def test_it_stops_early_on_enough_rows_and_the_last_fit_takes_as_many_trees() -> None:
    rows = case(Task.BINARY, n=900)
    model = HistGradientBoosting()
    fitted = [rows.fitted(model, seed=seed) for seed in range(2)]
    trees = [one.n_iter_ for one in fitted]
    assert max(trees) < model.trees
    settled = model.settled(fitted)
    assert settled.trees == round(sum(trees) / 2)
    assert rows.fitted(settled).n_iter_ == settled.trees


def test_more_levels_than_it_has_bins_are_read_as_numbers() -> None:
    levels = tuple(map(str, range(400)))
    codes = np.tile(np.arange(400, dtype=np.float32), 3)[:, None]
    rows = Case((category("town", levels),), codes, codes[:, 0].astype(float), Task.REGRESSION)
    assert np.corrcoef(rows.scores(rows.fitted(HistGradientBoosting())), rows.truth)[0, 1] > 0.99


@pytest.mark.parametrize("loss", ["absolute", "quantile", "poisson", "gamma"])
def test_every_loss_answers_in_the_targets_own_unit(loss: str) -> None:
    rows = case(Task.REGRESSION, n=600)
    rows.truth[:] = np.exp(rows.truth / 3)
    scores = rows.scores(rows.fitted(HistGradientBoosting(loss=loss, trees=100, learning_rate=0.2)))
    assert np.corrcoef(np.log(scores), np.log(rows.truth))[0, 1] > 0.8
    assert 0.5 < np.median(scores) / np.median(rows.truth) < 1.5
