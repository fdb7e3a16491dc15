import numpy as np
import pytest
from fitted_cases import TARGETS
from seats import seat
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.inspection import permutation_importance
from sklearn.metrics import roc_auc_score

from mll_core.domain.task import Task
from mll_core.infra import kinship, shuffling
from mll_core.plugins.views.relies_on import ReliesOn, lost


class Wrapped(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted model as scikit-learn sees one."""

    def __init__(self, model: object) -> None:
        self.model = model

    def fit(self, rows: object, truth: object) -> "Wrapped":
        return self


def test_what_matters_is_needed_and_noise_is_not() -> None:
    sheet = ReliesOn().look(seat(Task.REGRESSION))
    assert sheet.sentences[0].startswith("It relies most on usage")
    assert "noise" in sheet.sentences[1]
    (grid,) = sheet.grids
    low = {row[0]: row[2] for row in grid.rows}
    assert low["usage"] > 0 >= low["noise"]


def test_it_equals_scikit_learn_on_the_same_exchanges() -> None:
    ground = seat(Task.BINARY).ground(400)
    model, names = ground.model, list(ground.model.inputs)
    truth = (ground.rows["leaves"] == "yes").to_numpy()

    def auc(estimator: Wrapped, rows: object, truth: object) -> float:
        return float(roc_auc_score(truth, model.score(rows)[:, 1]))

    rows = ground.rows[names]
    theirs = permutation_importance(
        Wrapped(model), rows, truth, scoring=auc, n_repeats=5, random_state=3
    ).importances
    seed = np.random.RandomState(3).randint(np.iinfo(np.int32).max + 1)
    drawn, shuffled = np.random.RandomState(seed), np.arange(len(rows))
    by = [np.arange(len(rows))]
    for _ in range(5):  # scikit-learn exchanges what it has exchanged before
        drawn.shuffle(shuffled)
        by.append(by[-1][shuffled])
    plain = auc(Wrapped(model), rows, truth)
    for at, name in enumerate(names):
        said = shuffling.exchanged(model.predictions, ground.rows, [name], by[1:])
        ours = [plain - roc_auc_score(truth, one.score[:, 1]) for one in said]
        assert ours == pytest.approx(theirs[at], abs=1e-12)


def test_columns_that_go_together_are_exchanged_together() -> None:
    one = seat(Task.REGRESSION)
    ground = one.ground(400)
    usual = ground.usual.assign(minutes=60 * ground.usual["usage"])
    names = [*ground.model.inputs, "minutes"]
    assert ("usage", "minutes") in kinship.groups(usual, names)
    alone, both = (lost(ground, g, one.metric) for g in (("usage",), ("usage", "age")))
    assert both.value > alone.value
    assert TARGETS[Task.REGRESSION] not in names
