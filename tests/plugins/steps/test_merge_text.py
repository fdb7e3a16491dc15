import pandas as pd
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


def test_it_agrees_with_pandas() -> None:
    one, other, third = ["a", "", "c d"], ["x", "y", "z"], ["1", "2", ""]
    expected = pd.Series(one).str.cat([pd.Series(other), pd.Series(third)], sep=" / ").tolist()
    step = MergeText(columns=("a", "b", "c"), separator=" / ", into="all")
    assert replay(step, a=one, b=other, c=third)["all"] == expected
