from seats import evaluated, seat

from mll_core.domain.task import Task
from mll_core.plugins.views.gap import Gap
from mll_core.stages.evaluate import evaluate


def test_its_verdict_is_that_of_the_report() -> None:
    sheet = Gap().look(seat(Task.BINARY))
    assert sheet.findings == (evaluate(evaluated(Task.BINARY)).overfit,)
    learned, held, tested = sheet.plots[0].series
    assert not learned.low
    assert held.low[0] < held.y[0] < held.high[0]
    assert tested.low[0] < tested.y[0] < tested.high[0]
    assert [row[0] for row in sheet.grids[0].rows] == ["learned from", "held out", "sealed test"]
