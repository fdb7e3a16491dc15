import pytest
from samples import replay

from mll_core.plugins.steps.compare_numbers import CompareNumbers


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("ratio", [2, None, None, 0]),
        ("difference", [5, 3, None, 4]),
        ("change", [1, None, None, -1]),
        ("share", [2 / 3, 1, None, 0]),
    ],
)
def test_two_numbers_are_set_against_each_other(how: str, expected: list[float | None]) -> None:
    a, b = [10.0, 3.0, None, 0.0], [5.0, 0.0, 1.0, -4.0]
    out = replay(CompareNumbers(column="a", other="b", how=how, into="x"), a=a, b=b)["x"]
    assert out == expected


def test_a_share_of_nothing_is_missing() -> None:
    step = CompareNumbers(column="a", other="b", how="share", into="x")
    assert replay(step, a=[4.0, 0.0], b=[-4.0, 0.0])["x"] == [None, None]
