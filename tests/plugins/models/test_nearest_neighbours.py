import numpy as np
from model_cases import Case, case, number
from sklearn.neighbors import KNeighborsClassifier

from mll_core.domain.task import Task
from mll_core.plugins.models.nearest_neighbours import NearestNeighbours


def test_it_is_scikit_learns_model_on_scaled_numbers() -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(300, 2)).astype(np.float32)
    truth = (x[:, 0] * x[:, 1] > 0).astype(np.int64)
    rows = Case((number("a"), number("b")), x, truth, Task.BINARY)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    expected = KNeighborsClassifier(9).fit(scaled, truth).predict_proba(scaled)
    found = rows.scores(rows.fitted(NearestNeighbours(neighbours=9, nearer=False)))
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_of_many_rows_some_of_every_class_are_remembered() -> None:
    rows = case(Task.MULTICLASS, n=900)
    truth = np.zeros(900, np.int64)
    truth[[5, 7]] = [1, 2]
    object.__setattr__(rows, "truth", truth)
    near = rows.fitted(NearestNeighbours(remembered=100)).named_steps["near"]
    assert near.classes_.tolist() == [0, 1, 2]
    assert 100 <= near.n_samples_fit_ <= 103
