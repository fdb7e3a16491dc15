import numpy as np
import pytest
from seats import seat, together

from mll_core.domain.sheet import Series
from mll_core.domain.task import Task
from mll_core.plugins.metrics.lift_at_capacity import LiftAtCapacity
from mll_core.plugins.metrics.recall_at_capacity import RecallAtCapacity
from mll_core.plugins.views.gains import Gains


def test_gain_and_lift_are_what_the_metrics_at_that_capacity_say() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    gain, lift = Gains().look(seen).plots
    for share, found, times in zip(
        gain.series[0].x, gain.series[0].y, lift.series[0].y, strict=True
    ):
        assert found == pytest.approx(RecallAtCapacity.of(share=share).score(cases))
        assert times == pytest.approx(LiftAtCapacity.of(share=share).score(cases))
    assert gain.series[0].y[-1] == gain.series[0].low[-1] == 1


def test_rows_that_belong_together_make_the_bands_of_gains_wider() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    order = np.lexsort((cases.score[:, 1], cases.truth))
    eights = np.empty(cases.n, np.int64)
    eights[order] = np.arange(cases.n) // 8  # rows of a group are alike in truth and score
    seats = (seen, together(seen, eights))
    alone, grouped = (Gains().look(one).plots[0].series[0] for one in seats)

    def width(line: Series) -> float:
        return float(np.subtract(line.high, line.low)[:25].mean())

    assert alone.y == grouped.y
    assert width(grouped) > 1.5 * width(alone)
