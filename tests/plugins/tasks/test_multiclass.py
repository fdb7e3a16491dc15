import pytest

from mll_core.domain.data import ColumnProfile
from mll_core.domain.errors import UnfitTarget
from mll_core.plugins.tasks.multiclass import Multiclass


def text(distinct: int) -> ColumnProfile:
    return ColumnProfile(
        name="kind", type="VARCHAR", semantic="category", nulls=0, distinct=distinct
    )


def test_text_that_repeats_is_recognised_and_text_that_does_not_is_refused() -> None:
    assert "each is a class" in Multiclass().recognised(text(4), 100)
    with pytest.raises(UnfitTarget, match="60 different values"):
        Multiclass().recognised(text(60), 100)
