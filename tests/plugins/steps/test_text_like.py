from samples import replay

from mll_core.plugins.steps.text_like import TextLike


def test_texts_are_compared_with_a_text_of_ones_own() -> None:
    rows = ["Not satisfied.", "very satisfied", None, "fine"]
    assert replay(TextLike(column="a", into="x"), a=rows)["x"] == [1, 1 / 3, None, 0]


def test_a_slip_of_the_pen_is_nearly_the_same() -> None:
    step = TextLike(column="a", text="cancel", by="edits", into="x")
    assert replay(step, a=["cancle", "CANCEL"])["x"] == [1 - 2 / 6, 1]
    step = TextLike(column="a", text="cancel", by="threes", into="x")
    assert replay(step, a=["cancel", "zzz"])["x"] == [1, 0]
