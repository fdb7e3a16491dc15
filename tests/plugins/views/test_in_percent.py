import numpy as np
import pytest
from seats import saying, seat

from mll_core.domain.errors import NotReady
from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.in_percent import InPercent


def test_the_share_that_is_near_and_the_levels_of_a_gamma_distribution() -> None:
    draw = np.random.default_rng(0)
    said = draw.lognormal(4, 1, 3_000)
    truth = said * draw.gamma(4, 1 / 4, 3_000)
    asked = saying(seat(Task.REGRESSION, task="skewed"), Predictions(truth, said, said))
    sheet = InPercent().look(asked)
    near = np.mean(np.abs(truth / said - 1) <= 0.2)
    assert sheet.sentences[0].startswith(f"{100 * near:.0f} % of the answers")
    came, _ = sheet.plots[0].series
    assert np.array(came.y)[5:90] == pytest.approx(np.array(came.x)[5:90], rel=0.1)
    sizes = sheet.plots[1].series[0]
    assert len(sizes.x) == 5
    assert sum(sizes.counts) == 3_000


def test_predictions_of_nothing_are_left_out_and_counted() -> None:
    truth, said = np.full(60, 10.0), np.r_[np.zeros(9), np.full(51, 10.0)]
    asked = saying(seat(Task.REGRESSION, task="skewed"), Predictions(truth, said, said))
    assert "9 rows with a prediction of 0" in InPercent().look(asked).sentences[-1]
    with pytest.raises(NotReady, match="above 0"):
        InPercent().look(saying(asked, Predictions(truth, 0 * said, 0 * said)))


def test_it_belongs_to_skewed_amounts() -> None:
    with pytest.raises(NotReady, match="something else"):
        InPercent().look(seat(Task.REGRESSION))
