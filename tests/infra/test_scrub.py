import json
from typing import Any

import pytest

from mll_core.domain.subject import Marks
from mll_core.infra.scrub import Scrubber, marking, telling

MARKS = Marks(texts=("Zolt\u00e0n Quux", "Ines"), numbers=(7318264095.0, 12.3456))


@pytest.fixture
def scrubber() -> Scrubber:
    moved = {"a" * 64: "b" * 64, "/up/old.csv": "/up/new.parquet"}
    return Scrubber(MARKS, moved, lambda record: record.get("id") == 1)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("about Zolt\u00e0n Quux.", "about (erased 1)."),
        ("about zolta\u0300n quux.", "about (erased 1)."),
        (json.dumps("Zolt\u00e0n Quux"), '"(erased 1)"'),
        ("Ines, Inesa, Carines", "(erased 2), Inesa, Carines"),
        (
            "7318264095 and 7,318,264,095 and 7318264095.0",
            "7300000000 and 7300000000 and 7300000000",
        ),
        ("17318264095 73182640951 7318264095.5", "17318264095 73182640951 7318264095.5"),
        ("at 12.3456 of 112.3456", "at 12 of 112.3456"),
        ("read /up/old.csv as " + "a" * 64, "read /up/new.parquet as " + "b" * 64),
    ],
)
def test_marks_are_replaced_however_they_are_written(
    scrubber: Scrubber, text: str, after: str
) -> None:
    assert scrubber.text(text) == after


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ({"max": 7318264095, "mean": 1.5}, {"max": 7300000000, "mean": 1.5}),
        ({"Ines": [True, None, 3]}, {"(erased 2)": [True, None, 3]}),
        ([{"record": {"id": 1}}, {"record": {"id": 2}}], [{"record": {"id": 2}}]),
    ],
)
def test_plain_data_keeps_its_shape(scrubber: Scrubber, value: Any, after: Any) -> None:
    assert scrubber.value(value) == after


def test_nothing_is_a_mark_that_tells_nothing() -> None:
    assert [marking("yes"), marking("Gold"), telling(1500000.0), telling(12.5)] == [0, 1, 0, 0]
    assert telling(7318264095)
    assert not telling(float("nan"))
    empty = Scrubber(Marks(), {})
    assert empty.text("as it is") == "as it is"
    assert not empty.names("anybody")
