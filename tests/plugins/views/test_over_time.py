import numpy as np
from seats import by_time, saying, seat

from mll_core.domain.finding import Severity
from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.over_time import OverTime


def test_a_model_that_gets_worse_in_later_slices_is_seen_by_the_named_test() -> None:
    seen = by_time(seat(Task.REGRESSION), "age")
    age = seen.column("age", "test").to_numpy()
    truth = np.arange(len(age), dtype=float)
    draw = np.random.default_rng(0)
    for late, severity in ((1.0, Severity.OK), (8.0, Severity.CHECK)):
        error = draw.normal(0, np.where(age > 60, late, 1.0))
        told = Predictions(truth, truth + error, truth + error)
        (finding,) = OverTime().look(saying(seen, told)).findings
        assert finding.severity is severity
        assert "Cochran's Q" in finding.sentence


def test_without_a_column_of_time_it_is_not_offered() -> None:
    seen = seat(Task.BINARY)
    assert not OverTime().suits(seen.document, seen.training)
