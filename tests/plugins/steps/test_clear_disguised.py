from samples import replay

from mll_core.plugins.steps.clear_disguised import ClearDisguised


def test_marks_in_text_become_missing_without_case_and_blanks() -> None:
    said = replay(ClearDisguised(), c=["a", " ? ", "N/A", "", "na", None], n=[1.0, -1, 2, 3, 4, 5])
    assert said["c"] == ["a", None, None, None, "na", None]
    assert said["n"] == [1, -1, 2, 3, 4, 5]


def test_codes_in_numbers_become_missing_where_they_are_named() -> None:
    step = ClearDisguised(columns=("n",), codes=(-1, 999))
    said = replay(step, n=[1.5, -1, 999, None], m=[-1, 0, 0, 0], c=["-1", "?", "b", "c"])
    assert said == {"n": [1.5, None, None, None], "m": [-1, 0, 0, 0], "c": ["-1", "?", "b", "c"]}


def test_texts_of_ones_own_are_taken_instead() -> None:
    said = replay(ClearDisguised(texts=("Unknown",)), c=["unknown", "?", "b"])
    assert said["c"] == [None, "?", "b"]
