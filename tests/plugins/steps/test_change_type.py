import pytest
from samples import replay

from mll_core.plugins.steps.change_type import ChangeType


def test_text_is_read_as_numbers_and_what_is_none_is_missing() -> None:
    step = ChangeType(column="x", to="number")
    assert replay(step, x=["12", " 3.5 ", "1e3", "1,5", "n/a", None])["x"] == [
        12, 3.5, 1000, None, None, None,
    ]  # fmt: skip


def test_numbers_become_text_without_a_needless_point() -> None:
    step = ChangeType(column="x", to="text")
    assert replay(step, x=[1.0, 2.5, None, -3.0])["x"] == ["1", "2.5", None, "-3"]


@pytest.mark.parametrize(
    ("values", "truth"),
    [
        (["yes", "No", "TRUE", "f", "maybe", None], [1, 0, 1, 0, None, None]),
        ([1.0, 0.0, 2.0, None], [1, 0, None, None]),
    ],
)
def test_yes_and_no_are_true_and_false(values: list[object], truth: list[object]) -> None:
    assert replay(ChangeType(column="x", to="true or false"), x=values)["x"] == truth
