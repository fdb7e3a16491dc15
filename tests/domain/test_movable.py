import pytest

from mll_core.domain.movable import Movable, against, barred

ORDER = (
    Movable(column="weight", follows="size"),
    Movable(column="price", follows="weight"),
    Movable(column="due", follows="sent"),
)
BEGAN = {"size": 2, "weight": 5.0, "price": 9.0, "sent": "2026-01-05", "due": "2026-01-09"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ()),
        ({"size": 3}, ()),
        ({"size": 3, "weight": 6.0}, ()),
        ({"size": 3, "weight": None}, ()),
        ({"size": 3, "weight": "heavy"}, ()),
        ({"size": 3, "weight": 4.0}, ("size goes up and weight, which it decides, goes down",)),
        ({"size": 1, "price": 10.0}, ("size goes down and price, which it decides, goes up",)),
        (
            {"sent": "2026-01-06T10:00:00", "due": "2026-01-08"},
            ("sent goes up and due, which it decides, goes down",),
        ),
    ],
)
def test_what_moves_against_what_decides_it_is_said(
    changed: dict[str, object], said: tuple[str, ...]
) -> None:
    found = against(ORDER, BEGAN, BEGAN | changed)
    assert tuple(one.split(":")[0] for one in found) == said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ()),
        ({"age": 31}, ()),
        ({"age": 29}, ("age only goes up",)),
        ({"debt": 7.0}, ("debt only goes down",)),
        ({"sex": "m"}, ("sex does not change",)),
        ({"sex": None, "age": None}, ("sex does not change",)),
    ],
)
def test_what_was_said_never_to_change_so_is_told(
    changed: dict[str, object], said: tuple[str, ...]
) -> None:
    columns = (
        Movable(column="age", may="up only"),
        Movable(column="debt", may="down only"),
        Movable(column="sex", may="not at all"),
    )
    began = {"age": 30, "debt": 5.0, "sex": "f"}
    assert tuple(one.split(",")[0] for one in barred(columns, began, began | changed)) == said


def test_columns_that_decide_each_other_come_to_an_end() -> None:
    round_about = (Movable(column="a", follows="b"), Movable(column="b", follows="a"))
    assert len(against(round_about, {"a": 1, "b": 1}, {"a": 2, "b": 0})) == 2
