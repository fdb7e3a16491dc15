from typing import get_args

import pytest

from mll_core.domain.units import UNITS, UnitName, named, ratio, written


def test_every_unit_can_be_picked_and_is_written_in_one_way_only() -> None:
    assert get_args(UnitName) == tuple(UNITS)
    words = [word for name in UNITS for word in written(name)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("word", "unit"), [("Kilos", "kg"), ("OZ.", "oz"), ("LBS", "lb"), ("x", None)]
)
def test_words_stand_for_units(word: str, unit: str | None) -> None:
    assert named(word) == unit


def test_units_convert_exactly_by_their_definition() -> None:
    assert ratio("in", "cm") == pytest.approx(2.54, rel=1e-15)
    assert ratio("lb", "kg") == 0.45359237
    assert ratio("kg", "kg") == 1
