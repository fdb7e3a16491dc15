import ibis
import pytest
from samples import replay

from mll_core.domain.errors import InvalidParameter
from mll_core.plugins.steps.rename_columns import RenameColumns


def test_the_column_keeps_its_place_and_values() -> None:
    after = replay(RenameColumns(column="a", to="self"), a=["x"], b=["y"])
    assert list(after.items()) == [("self", ["x"]), ("b", ["y"])]


@pytest.mark.parametrize("to", ["b", "a", " "])
def test_a_name_that_is_taken_or_blank_is_refused(to: str) -> None:
    with pytest.raises(InvalidParameter, match=r"rename_columns\.to"):
        RenameColumns(column="a", to=to).check(ibis.schema({"a": "int64", "b": "int64"}))
