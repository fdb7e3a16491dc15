import numpy as np
import pytest
from model_cases import case

from mll_core.domain.task import Task
from mll_core.plugins.models.xgboost import XGBoost

xgboost = pytest.importorskip("xgboost")


def test_it_is_the_librarys_own_model_and_codes_are_its_categories() -> None:
    rows = case(Task.REGRESSION, n=400)
    found = rows.scores(rows.fitted(XGBoost(trees=30, stop_early=False)))
    table = xgboost.DMatrix(
        rows.matrix, rows.truth, feature_types=["q", "q", "q", "c", "c"], enable_categorical=True
    )
    settings = {
        "learning_rate": 0.06, "max_depth": 6, "min_child_weight": 3, "colsample_bytree": 0.6,
        "subsample": 0.9, "reg_lambda": 3, "tree_method": "hist", "seed": 0, "nthread": 1,
    }  # fmt: skip
    np.testing.assert_array_equal(found, xgboost.train(settings, table, 30).predict(table))


def test_it_stops_early_and_the_last_fit_takes_a_few_more_trees_on_all_rows() -> None:
    rows = case(Task.BINARY, n=900)
    model = XGBoost(learning_rate=0.5)
    fitted = rows.fitted(model)
    assert fitted.trees < model.trees
    settled = model.settled([fitted])
    assert settled.trees == max(5, round(1.05 * fitted.trees))
    assert rows.fitted(settled).trees == settled.trees


@pytest.mark.parametrize("loss", ["absolute", "quantile", "poisson", "gamma", "tweedie"])
def test_every_loss_answers_in_the_targets_own_unit(loss: str) -> None:
    rows = case(Task.REGRESSION, n=600)
    rows.truth[:] = np.exp(rows.truth / 3)
    scores = rows.scores(rows.fitted(XGBoost(loss=loss, trees=100, learning_rate=0.2)))
    assert np.corrcoef(np.log(scores), np.log(rows.truth))[0, 1] > 0.8
    assert 0.5 < np.median(scores) / np.median(rows.truth) < 1.5
