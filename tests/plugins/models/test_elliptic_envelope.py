import numpy as np
from unanswered_cases import Crowd, number

from mll_core.domain.task import Task
from mll_core.plugins.models.elliptic_envelope import EllipticEnvelope
from mll_core.plugins.models.robust_z_score import RobustZScore


def test_it_sees_what_no_single_column_shows() -> None:
    draw = np.random.default_rng(0)
    a = draw.normal(0, 1, 500)
    matrix = np.column_stack([a, a + draw.normal(0, 0.1, 500)])
    matrix[-1] = [1.5, -1.5]
    rows = Crowd(
        (number("a"), number("b")), matrix.astype(np.float32), np.zeros(500), np.arange(500) == 499
    )
    mine, theirs = (
        rows.scores(rows.fitted(model, Task.ANOMALY), Task.ANOMALY)[:, 1]
        for model in (EllipticEnvelope(), RobustZScore())
    )
    assert mine.argmax() == 499
    assert (theirs > theirs[-1]).sum() > 20
