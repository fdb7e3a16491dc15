import numpy as np
from model_cases import Case, category, number
from sklearn.naive_bayes import CategoricalNB, GaussianNB

from mll_core.domain.task import Task
from mll_core.infra.estimators.mixed_bayes import MixedBayes
from mll_core.plugins.models.naive_bayes import NaiveBayes


def test_on_numbers_alone_it_is_scikit_learns_gaussian_model() -> None:
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 3, 5000)
    x = (draw.normal(size=(5000, 2)) + truth[:, None]).astype(np.float32)
    expected = GaussianNB().fit(x, truth).predict_proba(x)
    found = MixedBayes((0, 0)).fit(x, truth).predict_proba(x)
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_on_categories_alone_it_is_scikit_learns_categorical_model() -> None:
    draw = np.random.default_rng(0)
    codes = draw.integers(0, 4, (600, 2)).astype(np.float32)
    truth = (codes[:, 0] + draw.normal(size=600) > 2).astype(np.int64)
    # One more level than there are codes: the place for what is missing.
    plain = CategoricalNB(min_categories=5).fit(codes, truth)
    expected = plain.predict_proba(codes)
    found = MixedBayes((4, 4)).fit(codes, truth).predict_proba(codes)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_missing_number_says_nothing_and_a_missing_category_is_a_level() -> None:
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 2, 400)
    gone = np.where((truth == 1) & (draw.random(400) < 0.5), np.nan, draw.integers(0, 2, 400))
    matrix = np.column_stack([draw.normal(size=400), gone]).astype(np.float32)
    rows = Case((number("x"), category("c", ("a", "b"))), matrix, truth, Task.BINARY)
    fitted = rows.fitted(NaiveBayes())
    asked = np.array([[np.nan, np.nan], [np.nan, 0]], np.float32)
    scores = rows.scores(fitted, asked)
    assert scores[0, 1] > 0.95
    assert scores[1, 1] < 0.5
