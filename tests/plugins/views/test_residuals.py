import numpy as np
from seats import saying, seat

from mll_core.domain.bins import Parts
from mll_core.domain.task import Predictions, Task
from mll_core.plugins.views.residuals import FEWEST_GROUPS, Residuals, _column


def off(by: str | None) -> Predictions:
    seen = seat(Task.REGRESSION)
    n = len(seen.column("age", "test"))
    truth = np.zeros(n)
    push = np.zeros(n) if by is None else 3.0 * (seen.column("city", "test") == by).to_numpy()
    said = np.random.default_rng(1).normal(0, 1, n) + push
    return Predictions(truth, said, said)


def test_the_column_that_the_error_depends_on_comes_first_and_is_named() -> None:
    sheet = Residuals().look(saying(seat(Task.REGRESSION), off("Vik")))
    assert "depends on 'city'" in sheet.sentences[0]
    (line,) = sheet.plots[0].series
    means = dict(zip(line.x, line.y, strict=True))
    assert means["Vik"] < -2.5
    assert abs(means["Oslo"]) < 0.5


def test_noise_alone_depends_on_no_column() -> None:
    sheet = Residuals().look(saying(seat(Task.REGRESSION), off(None)))
    assert sheet.sentences[0].startswith("In none of")


def test_a_part_of_one_group_is_not_taken_for_one_without_error() -> None:
    groups = np.arange(400) // 20
    left = np.repeat(np.random.default_rng(0).normal(0, 1, 20), 20)
    few = FEWEST_GROUPS - 1
    part = np.repeat([0, 1, 2, 1, 3], [5, 5, few, 9 - few, 1])[groups]  # c has few, d has one
    city = Parts("city", tuple("abcd"), part)
    found = _column(city, left, groups)
    assert list(found.means) == ["a", "b"]
    assert found.p > 0.01
    assert list(_column(city, left, None).means) == ["a", "b", "c", "d"]
