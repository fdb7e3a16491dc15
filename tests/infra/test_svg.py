from math import inf, nan
from xml.etree import ElementTree

from hypothesis import example, given
from hypothesis import strategies as st

from mll_core.infra.svg import Line, draw

SPACE = "{http://www.w3.org/2000/svg}"


def test_a_line_goes_from_the_lower_left_to_the_upper_right_corner_of_its_frame() -> None:
    root = ElementTree.fromstring(draw("Up", "x", "y", [Line("", [(0, 1), (10, 3)])]))
    assert root.find(f"{SPACE}polyline").get("points") == "70.0,340.0 540.0,40.0"
    said = [text.text for text in root.iter(f"{SPACE}text")]
    assert {"Up", "x", "y", "0", "10", "1", "3"} <= set(said)


def test_each_named_line_has_one_entry_in_the_key_in_its_own_colour() -> None:
    lines = [Line("ours", [(0, 0), (1, 1)]), Line("", [(0, 1)]), Line("chance", [(0, 0)])]
    root = ElementTree.fromstring(draw("t", "x", "y", lines))
    said = [text.text for text in root.iter(f"{SPACE}text")]
    assert (said.count("ours"), said.count("chance")) == (1, 1)
    drawn = [line.get("stroke") for line in root.iter(f"{SPACE}polyline")]
    key = [box.get("fill") for box in root.iter(f"{SPACE}rect")][1:]
    assert key == [drawn[0], drawn[2]]


def test_dots_are_not_joined_and_what_is_not_finite_is_left_out() -> None:
    dots = Line("", [(0, 0), (nan, 1), (1, inf), (2, 2)], dots=True)
    root = ElementTree.fromstring(draw("t", "x", "y", [dots]))
    assert len(list(root.iter(f"{SPACE}circle"))) == 2
    assert root.find(f"{SPACE}polyline") is None


def test_nothing_to_show_is_said() -> None:
    assert "Nothing to show" in draw("t", "x", "y", [Line("", [(nan, nan)])])


points = st.lists(st.tuples(st.floats(), st.floats()), max_size=6)


@given(st.text(st.characters(exclude_categories=["C"])), points)
@example("", [(0.0, 2.0**53)])  # one more is the same number
def test_any_title_and_any_points_give_a_picture_that_can_be_read(
    title: str, found: list[tuple[float, float]]
) -> None:
    root = ElementTree.fromstring(draw(title, "x", "y", [Line(title, found)]))
    assert root.tag == f"{SPACE}svg"
