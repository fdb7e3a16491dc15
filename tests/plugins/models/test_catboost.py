import numpy as np
import pytest
from model_cases import case

from mll_core.domain.task import Task
from mll_core.plugins.models.catboost import CatBoost

catboost = pytest.importorskip("catboost")


def test_it_is_the_librarys_own_model_and_codes_are_its_categories() -> None:
    rows = case(Task.REGRESSION, n=400)
    found = rows.fitted(CatBoost(trees=30, stop_early=False))
    frame = found._frame(rows.matrix)
    plain = catboost.CatBoostRegressor(
        iterations=30, learning_rate=0.12, depth=6, l2_leaf_reg=3, random_strength=1,
        random_seed=0, thread_count=1, max_ctr_complexity=1, cat_features=[3, 4],
        silent=True, allow_writing_files=False,
    )  # fmt: skip
    expected = plain.fit(frame, rows.truth).predict(frame)
    np.testing.assert_array_equal(rows.scores(found), expected)
    assert found._model.get_cat_feature_indices() == [3, 4]


def test_it_stops_early_and_the_last_fit_takes_a_few_more_trees_on_all_rows() -> None:
    rows = case(Task.BINARY, n=900)
    model = CatBoost(learning_rate=0.5)
    fitted = rows.fitted(model)
    assert fitted.trees < model.trees
    settled = model.settled([fitted])
    assert settled.trees == max(5, round(1.05 * fitted.trees))
    assert rows.fitted(settled).trees == settled.trees


@pytest.mark.parametrize("loss", ["absolute", "quantile", "poisson", "tweedie"])
def test_every_loss_answers_in_the_targets_own_unit(loss: str) -> None:
    rows = case(Task.REGRESSION, n=600)
    rows.truth[:] = np.exp(rows.truth / 3)
    scores = rows.scores(rows.fitted(CatBoost(loss=loss, trees=100, learning_rate=0.2)))
    assert np.corrcoef(np.log(scores), np.log(rows.truth))[0, 1] > 0.8
    assert 0.5 < np.median(scores) / np.median(rows.truth) < 1.5
