import pytest
from seats import evaluated, seat

from mll_core.domain.task import Task
from mll_core.plugins.views.scores import Scores
from mll_core.stages.evaluate import curves
from mll_core.stages.evaluate.exam import sit


def test_its_bars_are_those_of_the_report() -> None:
    (plot,) = Scores().look(seat(Task.BINARY)).plots
    drawn = {one.name: one for one in curves.draw(sit(evaluated(Task.BINARY)))}
    for line in plot.series:
        told = drawn[f"scores:{line.name.removeprefix('really ')}"]
        assert line.counts == told.counts
        assert line.x == pytest.approx(told.x)
        assert sum(line.y) == pytest.approx(1)


def test_each_common_class_has_its_own_picture() -> None:
    seen = seat(Task.MULTICLASS)
    sheet = Scores().look(seen)
    assert len(sheet.plots) == len(sheet.sentences) == 3
    assert all("(really another)" in said for said in sheet.sentences)
