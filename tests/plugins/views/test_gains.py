import numpy as np
import pytest
from seats import seat

from mll_core.domain.task import Task
from mll_core.plugins.views.gains import Gains


def test_gain_is_the_share_of_positives_among_the_highest_scores() -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    gain, lift = Gains().look(seen).plots
    order = np.argsort(-cases.score[:, 1], kind="stable")
    for share, found, times in zip(
        gain.series[0].x, gain.series[0].y, lift.series[0].y, strict=True
    ):
        top = cases.truth[order][: max(1, round(share * cases.n))]
        assert found == pytest.approx(top.sum() / cases.truth.sum())
        assert times == pytest.approx(top.mean() / cases.truth.mean())
    assert gain.series[0].y[-1] == 1
