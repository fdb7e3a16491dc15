from dataclasses import replace

from seats import seat

from mll_core.domain.task import Task
from mll_core.domain.training import Help, Interval, Reached
from mll_core.plugins.views.learning_curve import LearningCurve


def test_the_slope_is_told_per_doubling() -> None:
    points = tuple(
        Reached(rows=rows, score=Interval(value=value, low=value - 0.01, high=value + 0.01))
        for rows, value in ((250, 0.70), (500, 0.74), (1000, 0.764))
    )
    seen = seat(Task.BINARY)
    assert not LearningCurve().suits(seen.document, seen.training)
    seen = replace(seen, training=seen.training.model_copy(update={"learning_curve": points}))
    sheet = LearningCurve().look(seen)
    assert "better by 0.024 per doubling" in sheet.sentences[0]
    (line,) = sheet.plots[0].series
    assert line.x == (250, 500, 1000)
    assert line.low[0] == 0.69


def test_the_slope_has_the_interval_of_what_was_gained() -> None:
    points = tuple(
        Reached(rows=rows, score=Interval(value=value))
        for rows, value in ((250, 0.70), (1000, 0.74))
    )
    helps = (Help(what="rows", gain=Interval(value=0.04, low=0.01, high=0.07), sentence="More."),)
    seen = seat(Task.BINARY)
    told = {"learning_curve": points, "helps": helps}
    seen = replace(seen, training=seen.training.model_copy(update=told))
    said = LearningCurve().look(seen).sentences[0]
    assert "better by 0.02 (95 %: 0.005 to 0.035) per doubling" in said
