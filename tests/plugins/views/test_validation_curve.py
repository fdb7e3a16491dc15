from dataclasses import replace

from seats import seat

from mll_core.domain.task import Task
from mll_core.domain.training import Interval
from mll_core.plugins.views.validation_curve import ValidationCurve


def test_each_setting_that_was_tried_is_a_point_in_order() -> None:
    seen = seat(Task.BINARY)
    assert not ValidationCurve().suits(seen.document, seen.training)
    run = seen.training.winner
    tried = tuple(
        run.model_copy(
            update={
                "run_id": f"r{c}",
                "parameters": {"c": c, "name": "x"},
                "score": Interval(value=v, low=v, high=v),
                "recommended": c == 1.0,
            }
        )
        for c, v in ((10.0, 0.7), (0.1, 0.6), (1.0, 0.8))
    )
    board = {"leaderboard": tried, "recommended": "r1.0"}
    seen = replace(seen, training=seen.training.model_copy(update=board))
    (plot,) = ValidationCurve().look(seen).plots
    held, learned = plot.series
    assert held.x == (0.1, 1.0, 10.0)
    assert held.y == (0.6, 0.8, 0.7)
    assert learned.y == (run.train_score,) * 3
    assert plot.logged
