import numpy as np
import pytest
from seats import saying, seat

from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.calibration import Calibration


def cases(power: float, seed: int = 0, n: int = 2000) -> Predictions:
    """Right probabilities when ``power`` is 1; larger: too sure of themselves."""
    draw = np.random.default_rng(seed)
    true = draw.beta(2, 3, n)
    odds = (true / (1 - true)) ** power
    said = odds / (1 + odds)
    truth = (draw.random(n) < true).astype(np.int64)
    return Predictions(
        truth, np.stack([1 - said, said], 1), (said > 0.5).astype(int), ("no", "yes")
    )


def test_bins_hold_as_many_rows_and_shares_that_happened() -> None:
    seen = saying(seat(Task.BINARY), cases(1))
    line = Calibration().look(seen).plots[0].series[0]
    assert line.counts == (200,) * 10
    assert np.average(line.y, weights=line.counts) == pytest.approx(cases(1).truth.mean())


def test_right_probabilities_pass_19_times_in_20_and_too_sure_ones_never() -> None:
    def passes(power: float, seed: int) -> bool:
        seen = saying(seat(Task.BINARY), cases(power, seed))
        return "may be taken as they are" in Calibration().look(seen).sentences[0]

    assert 90 <= sum(passes(1, seed) for seed in range(100)) <= 99
    assert not any(passes(2, seed) for seed in range(20))


def test_of_several_classes_the_one_that_was_said_is_judged() -> None:
    sheet = Calibration().look(seat(Task.MULTICLASS))
    assert sheet.plots[0].y_label == "Share that is what was said"
