from samples import replay

from mll_core.plugins.steps.merge_text import MergeText


def test_columns_are_written_one_after_the_other_and_gaps_are_left_out() -> None:
    step = MergeText(columns=("a", "b", "c"), separator=", ", into="all")
    out = replay(
        step,
        a=["x", None, None, None],
        b=["y", "y", None, None],
        c=["z", None, "z", None],
    )
    assert out["all"] == ["x, y, z", "y", "z", None]
