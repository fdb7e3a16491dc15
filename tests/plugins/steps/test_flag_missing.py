from samples import replay

from mll_core.plugins.steps.flag_missing import FlagMissing


def test_it_adds_a_column_and_leaves_the_first_alone() -> None:
    after = replay(FlagMissing(column="a"), a=["x", None])
    assert after == {"a": ["x", None], "a missing": [0, 1]}
    assert "gap" in replay(FlagMissing(column="a", to="gap"), a=["x", None])
