import numpy as np
import pytest
from model_cases import case

from mll_core.domain.task import Task
from mll_core.plugins.models.lightgbm import LightGBM


def test_codes_are_categories_not_numbers() -> None:
    rows = case(Task.BINARY, n=600)
    fitted = rows.fitted(LightGBM(trees=5, stop_early=False))
    info = fitted.booster_.dump_model()
    assert fitted.booster_.num_feature() == 5
    splits = str(info["tree_info"])
    assert "'decision_type': '=='" in splits


def test_it_stops_early_and_the_last_fit_takes_a_few_more_trees_on_all_rows() -> None:
    rows = case(Task.REGRESSION, n=900)
    model = LightGBM()
    fitted = [rows.fitted(model, seed=seed) for seed in range(2)]
    trees = [one.best_iteration_ for one in fitted]
    assert max(trees) < model.trees
    settled = model.settled(fitted)
    assert settled.trees == round(1.05 * sum(trees) / 2)
    assert rows.fitted(settled).n_estimators_ == settled.trees


def test_few_rows_get_few_trees_and_hold_nothing_out() -> None:
    rows = case(Task.BINARY, n=100)
    assert rows.fitted(LightGBM()).n_estimators_ < 150


def test_held_out_rows_of_its_own_never_take_the_last_of_a_class() -> None:
    rows = case(Task.MULTICLASS, n=600)
    truth = np.zeros(600, np.int64)
    truth[[3, 8]] = [1, 2]
    object.__setattr__(rows, "truth", truth)
    assert rows.fitted(LightGBM(trees=5)).classes_.tolist() == [0, 1, 2]


@pytest.mark.parametrize("loss", ["absolute", "quantile", "poisson", "gamma", "tweedie"])
def test_every_loss_answers_in_the_targets_own_unit(loss: str) -> None:
    rows = case(Task.REGRESSION, n=600)
    rows.truth[:] = np.exp(rows.truth / 3)
    scores = rows.scores(rows.fitted(LightGBM(loss=loss, trees=100, learning_rate=0.2)))
    assert np.corrcoef(np.log(scores), np.log(rows.truth))[0, 1] > 0.8
    assert 0.5 < np.median(scores) / np.median(rows.truth) < 1.5
