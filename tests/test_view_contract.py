"""What every view must keep, present and future."""

import json

import numpy as np
import pytest
from seats import by_time, saying, seat

from mll_core.catalog import VIEWS
from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Sheet
from mll_core.domain.task import Predictions, Task
from mll_core.domain.view import View

CURVES = ("roc", "precision_recall")
SEEN = (Task.BINARY, Task.MULTICLASS, Task.REGRESSION)
CASES = [(cls, task) for cls in VIEWS.values() for task in SEEN if task in cls.tasks]
every_view = pytest.mark.parametrize("cls", VIEWS.values(), ids=VIEWS)
every_case = pytest.mark.parametrize(
    ("cls", "task"), CASES, ids=[f"{cls.name()}-{task}" for cls, task in CASES]
)


@every_view
def test_its_card_is_filled_in(cls: type[View]) -> None:
    assert cls.label
    assert cls.asks.endswith("?")
    assert cls.__doc__
    assert cls.tasks


@every_case
def test_its_sheet_has_a_stamp_words_and_survives_json(cls: type[View], task: Task) -> None:
    seen = by_time(seat(task), "age")
    if not cls.of().suits(seen.document, seen.training):
        with pytest.raises(NotReady):
            cls.of().look(seen)
        return
    sheet = cls.of().look(seen)
    assert sheet.stamp.rows > 0
    assert sheet.stamp.split
    assert sheet.stamp.data_version == "data-1"
    assert sheet.stamp.document_version == 3
    assert sheet.sentences or sheet.findings
    text = json.dumps(sheet.to_json(), allow_nan=False)
    assert Sheet.model_validate_json(text) == sheet
    for plot in sheet.plots:
        for series in plot.series:
            assert len(series.x) == len(series.y)
            assert len(series.low) == len(series.high)
            assert not series.low or len(series.low) == len(series.x)
            assert np.isfinite([*series.y, *series.low, *series.high]).all()
            assert len(series.x) <= 400
            assert (np.array(series.low) <= series.y[: len(series.low)]).all()
            assert (np.array(series.high) >= series.y[: len(series.high)]).all()


@pytest.mark.parametrize("kind", CURVES)
def test_every_common_class_has_a_curve_with_a_band_and_a_sentence(kind: str) -> None:
    for task, many in ((Task.BINARY, 1), (Task.MULTICLASS, 3)):
        sheet = VIEWS[kind].of().look(seat(task))
        lines = [line for line in sheet.plots[0].series if line.low]
        assert len(lines) == len(sheet.sentences) == many


@pytest.mark.parametrize("kind", [*CURVES, "gains"])
def test_without_a_row_of_the_class_it_says_so(kind: str) -> None:
    seen = seat(Task.BINARY)
    cases = seen.cases("test")
    assert cases is not None
    none = Predictions(np.zeros(cases.n, np.int64), cases.score, cases.label, cases.classes)
    with pytest.raises(NotReady, match="No test row"):
        VIEWS[kind].of().look(saying(seen, none))


@every_case
def test_it_shows_the_same_twice(cls: type[View], task: Task) -> None:
    if cls.heavy and task is not Task.BINARY:
        pytest.skip("shown for one task")
    seen = by_time(seat(task), "age")
    if cls.of().suits(seen.document, seen.training):
        assert cls.of().look(seen) == cls.of().look(by_time(seat(task), "age"))


@every_case
def test_the_rows_it_points_at_are_there(cls: type[View], task: Task) -> None:
    seen = by_time(seat(task), "age")
    if cls.heavy or not cls.of().suits(seen.document, seen.training):
        pytest.skip("points at none here")
    for behind in cls.of().look(seen).behind:
        rows = seen.rows(np.array(behind.places, dtype=np.int64), behind.on)
        assert len(rows) == len(behind.places)
        assert not behind.said or len(behind.said) == len(behind.places)
        assert all(len(one) == len(behind.columns) for one in behind.said)
