import numpy as np
import pytest
from seats import saying, seat

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Sheet
from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.counted import Counted


def told(truth: np.ndarray, said: np.ndarray) -> Sheet:
    asked = seat(Task.REGRESSION, task="count")
    return Counted().look(saying(asked, Predictions(truth, said, said)))


def test_counts_that_stray_by_chance_alone_come_as_often_as_expected() -> None:
    draw = np.random.default_rng(0)
    said = draw.uniform(0.5, 4, 2_000)
    sheet = told(draw.poisson(said).astype(float), said)
    assert "which agrees" in sheet.sentences[0]
    assert (
        sheet.sentences[1].endswith("chance alone (0.94 to 1.06).") or "1.0" in sheet.sentences[1]
    )
    came, expected = sheet.plots[0].series
    assert sum(came.y) == pytest.approx(1)
    assert sum(expected.y) == pytest.approx(1)
    held = [low <= y <= high for low, y, high in zip(came.low, expected.y, came.high, strict=True)]
    assert np.mean(held) >= 0.8


def test_too_many_zeros_and_counts_that_stray_further_are_told() -> None:
    draw = np.random.default_rng(1)
    said = draw.uniform(1, 4, 2_000)
    truth = draw.poisson(said / 0.6) * (draw.random(2_000) < 0.6)
    sheet = told(truth.astype(float), said)
    assert "more zeros than" in sheet.sentences[0]
    assert "does not see" in sheet.sentences[1]


def test_it_belongs_to_counts() -> None:
    with pytest.raises(NotReady, match="something else"):
        Counted().look(seat(Task.REGRESSION))
