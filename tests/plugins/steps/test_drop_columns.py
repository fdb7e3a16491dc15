import ibis
import pytest
from samples import replay

from mll_core.domain.errors import InvalidParameter
from mll_core.plugins.steps.drop_columns import DropColumns


def test_only_the_named_columns_go() -> None:
    assert replay(DropColumns(columns=("a", "c")), a=[1], b=[2], c=[3]) == {"b": [2]}


def test_the_last_column_stays() -> None:
    with pytest.raises(InvalidParameter, match="no column would be left"):
        DropColumns(columns=("a",)).check(ibis.schema({"a": "int64"}))
    with pytest.raises(InvalidParameter, match=r"drop_columns\.columns"):
        DropColumns.of(columns=())
