import numpy as np
import pytest
from seats import evaluated, saying, seat

from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.predicted_true import PredictedTrue
from mll_core.stages.evaluate import curves
from mll_core.stages.evaluate.exam import sit


def test_its_points_and_bars_are_those_of_the_report() -> None:
    cloud, spread, by_size = PredictedTrue().look(seat(Task.REGRESSION)).plots
    drawn = {one.name: one for one in curves.draw(sit(evaluated(Task.REGRESSION)))}
    assert (cloud.series[0].x, cloud.series[0].y) == (
        drawn["predicted_actual"].x,
        drawn["predicted_actual"].y,
    )
    assert spread.series[0].counts == drawn["residual_histogram"].counts
    assert by_size.series[0].y == drawn["residual_by_prediction"].y


def test_one_that_always_says_too_much_is_told_so() -> None:
    truth = np.random.default_rng(0).normal(50, 10, 60)
    sheet = PredictedTrue().look(
        saying(seat(Task.REGRESSION), Predictions(truth, truth + 1, truth))
    )
    assert "it says too much in 100 % of the rows (94 to 100)" in sheet.sentences[0]
    assert sheet.plots[2].series[0].y == pytest.approx([1.0] * 10)
