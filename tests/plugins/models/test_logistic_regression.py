import numpy as np
from model_cases import Case, number
from sklearn.linear_model import LogisticRegression as Reference
from sklearn.metrics import roc_auc_score

from mll_core.domain.task import Task
from mll_core.plugins.models.logistic_regression import LogisticRegression


def line(n: int = 400) -> Case:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(n, 2)).astype(np.float32)
    truth = (x[:, 0] - x[:, 1] + draw.logistic(size=n) > 0).astype(np.int64)
    return Case((number("a"), number("b")), x, truth, Task.BINARY)


def test_straight_it_is_scikit_learns_model_on_scaled_numbers() -> None:
    rows = line()
    scaled = (rows.matrix - rows.matrix.mean(axis=0)) / rows.matrix.std(axis=0)
    expected = Reference(max_iter=300).fit(scaled, rows.truth).predict_proba(scaled)
    found = rows.scores(rows.fitted(LogisticRegression(bent=False)))
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_bent_it_finds_an_island_that_no_straight_border_can() -> None:
    x = np.linspace(0, 300, 600, dtype=np.float32)[:, None]
    island = ((x[:, 0] > 100) & (x[:, 0] < 200)).astype(np.int64)
    rows = Case((number("x"),), x, island, Task.BINARY)
    straight = rows.scores(rows.fitted(LogisticRegression(bent=False)))[:, 1]
    bent = rows.scores(rows.fitted(LogisticRegression()))[:, 1]
    assert roc_auc_score(island, straight) < 0.6
    assert roc_auc_score(island, bent) > 0.98


def test_beyond_the_numbers_seen_the_answer_stays_level() -> None:
    rows = line()
    fitted = rows.fitted(LogisticRegression())
    edge, far = rows.matrix.max(axis=0)[None], np.full((1, 2), 1e6, np.float32)
    np.testing.assert_allclose(rows.scores(fitted, far), rows.scores(fitted, edge), atol=1e-9)
