import numpy as np
import pytest
from seats import saying, seat

from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.label_noise import LabelNoise


def test_labels_that_were_flipped_are_found_first() -> None:
    draw = np.random.default_rng(0)
    truth = (draw.random(900) < 0.4).astype(np.int64)
    score = np.clip(0.15 + 0.7 * truth + draw.normal(0, 0.1, 900), 0.01, 0.99)
    flipped = draw.choice(900, 30, replace=False)
    label = truth.copy()
    label[flipped] = 1 - label[flipped]
    cases = Predictions(label, np.c_[1 - score, score], truth, ("stays", "leaves"))
    (behind,) = LabelNoise().look(saying(seat(Task.BINARY), cases, "held")).behind
    found = behind.places
    assert len(found) >= 20
    assert set(found) <= set(flipped.tolist())
    for place, (said, rather, _) in zip(found, behind.said, strict=False):
        assert said == ("stays", "leaves")[label[place]]
        assert rather != said


@pytest.mark.parametrize("wrong", [0, 3])
def test_a_number_far_beyond_the_usual_error_is_doubted(wrong: int) -> None:
    truth = np.linspace(0, 100, 300)
    said = truth + np.random.default_rng(0).normal(0, 1, 300)
    truth[:wrong] += 500
    cases = Predictions(truth, said, said)
    (behind,) = LabelNoise().look(saying(seat(Task.REGRESSION), cases, "held")).behind
    assert set(behind.places) == set(range(wrong))
