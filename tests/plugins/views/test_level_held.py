import numpy as np
import pytest
from seats import saying, seat

from mll_core.domain.errors import NotReady
from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.level_held import LevelHeld


def test_the_share_below_is_told_in_all_and_by_part() -> None:
    cases = seat(Task.REGRESSION).cases("test")
    assert cases is not None
    n = cases.n
    truth = np.random.default_rng(0).normal(size=n)
    said = np.full(n, np.quantile(truth, 0.8)) + np.linspace(0, 1e-9, n)
    asked = saying(seat(Task.REGRESSION, quantile=0.8), Predictions(truth, said, said))
    sheet = LevelHeld().look(asked)
    assert sheet.sentences[0].startswith("80 % were asked for: ")
    assert "beyond chance" in sheet.sentences[1]
    assert [plot.x_label for plot in sheet.plots] == ["what was said", "sex"]


def test_where_it_does_not_hold_the_part_is_named() -> None:
    cases = seat(Task.REGRESSION).cases("test")
    assert cases is not None
    said = np.linspace(1, 5, cases.n)
    truth = np.where(said > 4.2, said + 1, said - 1)
    asked = saying(seat(Task.REGRESSION, quantile=0.8), Predictions(truth, said, said))
    sheet = LevelHeld().look(asked)
    assert "what was said: 4.2" in sheet.sentences[1]
    assert "(0 %)" in sheet.sentences[1]


def test_it_belongs_to_quantiles() -> None:
    with pytest.raises(NotReady, match="something else"):
        LevelHeld().look(seat(Task.REGRESSION))
