import numpy as np
import pandas as pd
import pytest
from seats import seat
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence

from mll_core.domain.task import Task
from mll_core.infra import response
from mll_core.plugins.views.one_column import OneColumn


class Wrapped(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted model as scikit-learn sees one."""

    def __init__(self, model: object) -> None:
        self.model = model
        self.fitted_ = True

    def fit(self, rows: object, truth: object) -> "Wrapped":
        return self

    def predict(self, rows: pd.DataFrame) -> object:
        return self.model.score(rows)  # type: ignore[attr-defined]


@pytest.mark.parametrize("column", ["age", "city"])
def test_curves_equal_scikit_learn_one_by_one_and_on_average(column: str) -> None:
    ground = seat(Task.REGRESSION).ground(60)
    rows = ground.rows[list(ground.model.inputs)].reset_index(drop=True)
    theirs = partial_dependence(
        Wrapped(ground.model),
        rows,
        [column],
        kind="both",
        grid_resolution=10,
        categorical_features=["city"],
    )
    ours = response.curves(ground.model.score, rows, column, list(theirs["grid_values"][0]))
    assert ours == pytest.approx(theirs["individual"][0], abs=1e-9)
    assert ours.mean(axis=0) == pytest.approx(theirs["average"][0], abs=1e-9)


def test_the_average_rises_along_the_column_that_pushes_and_single_rows_start_at_0() -> None:
    sheet = OneColumn().look(seat(Task.REGRESSION))
    assert sheet.sentences[0].startswith("usage moves the spend most")
    average, single = (plot for plot in sheet.plots if plot.about == "usage")
    there, line = average.series
    assert list(line.y) == sorted(line.y)
    assert 0.85 < sum(there.y) < 16 / 17  # the rest is missing, or lies beyond the ends
    assert {one.y[0] for one in single.series} == {0.0}
    lines = np.array([one.y for one in single.series if one.look == "faint"])
    assert lines.shape == (25, len(line.x))
    assert {plot.about for plot in sheet.plots} == {"age", "usage", "city", "sex", "noise"}


def test_places_are_values_that_were_seen_and_every_value_has_its_place() -> None:
    ages = pd.Series([20.0, 20, 21, 30, np.nan, 80])
    assert response.places(ages) == [20, 21, 30, 80]
    assert response.nearest(ages, [20, 30, 80]).tolist() == [0, 0, 0, 1, -1, 2]
    days = pd.Series(pd.to_datetime(["2024-01-01", None, "2024-03-01"]))
    assert response.nearest(days, response.places(days)).tolist() == [0, -1, 1]
    flags = pd.Series([True, False, True])
    assert response.nearest(flags, [True, False]).tolist() == [0, 1, 0]
