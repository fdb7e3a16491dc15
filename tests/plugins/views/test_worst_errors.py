import numpy as np
import pytest
from seats import evaluated, saying, seat

from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.worst_errors import WorstErrors
from mll_core.stages.evaluate import diagnosis
from mll_core.stages.evaluate.exam import sit


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION])
def test_they_are_those_of_the_report_worst_first(task: Task) -> None:
    seen = seat(task)
    (behind,) = WorstErrors().look(seen).behind
    told = diagnosis.worst(sit(evaluated(task)))
    assert [one["error"] for one in told] == [said[2] for said in behind.said][: len(told)]
    first = seen.rows(np.array(behind.places[:1]), "test").iloc[0]
    assert told[0]["record"]["age"] == first["age"]
    assert (told[0]["truth"], told[0]["prediction"]) == behind.said[0][:2]


def test_nothing_is_shown_where_nothing_is_wrong() -> None:
    seen = seat(Task.REGRESSION)
    truth = np.arange(40.0)
    sheet = WorstErrors().look(saying(seen, Predictions(truth, truth, truth)))
    assert sheet.sentences == ("No row is off at all.",)
    assert sheet.behind[0].places == ()
