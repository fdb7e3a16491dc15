import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from samples import shaped

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.plugins.steps.append_table import AppendTable

ROWS = pd.DataFrame({"who": ["b", "a"], "n": [1.0, 2.0]})
MORE = pd.DataFrame({"n": [4.0, 3.0], "new": ["x", None], "who": ["c", None]})


def test_rows_are_matched_by_the_names_of_columns_and_come_after_the_own() -> None:
    after = shaped(AppendTable.of(source="more.csv"), ROWS, MORE)
    assert list(after) == ["who", "n"]
    assert after["n"].tolist() == [1, 2, 4, 3]
    assert after["who"].fillna("-").tolist() == ["b", "a", "c", "-"]


@pytest.mark.parametrize("new_columns", [False, True])
def test_it_agrees_with_pandas_concat(new_columns: bool) -> None:
    step = AppendTable.of(source="more.csv", new_columns=new_columns)
    both = pd.concat([ROWS, MORE], ignore_index=True)
    expected = both if new_columns else both[list(ROWS)]
    assert_frame_equal(shaped(step, ROWS, MORE), expected, check_dtype=False)
    less = shaped(step, ROWS, MORE.drop(columns="who"))
    assert less["who"].isna().tolist() == [False, False, True, True]


def test_columns_that_hold_other_things_are_refused_in_a_sentence() -> None:
    step = AppendTable.of(source="more.csv")
    with pytest.raises(WrongColumnKind, match="'n' holds numbers, 'n' of the other table holds te"):
        shaped(step, ROWS, MORE.assign(n="many"))
    with pytest.raises(InvalidParameter, match=r"no column of more\.csv is called as one here"):
        shaped(step, ROWS, MORE[["new"]])
