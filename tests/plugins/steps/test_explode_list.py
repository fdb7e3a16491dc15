import pandas as pd
from pandas.testing import assert_frame_equal
from samples import shaped

from mll_core.plugins.steps.explode_list import ExplodeList


def test_each_item_gets_a_row_in_its_place() -> None:
    rows = pd.DataFrame({"tags": ["b; a;;", None, " ", "c"], "n": [1.0, 2.0, 3.0, 4.0]})
    after = shaped(ExplodeList.of(column="tags", separator=";"), rows)
    assert after["tags"].fillna("-").tolist() == ["b", "a", "-", "-", "c"]
    assert after["n"].tolist() == [1, 1, 2, 3, 4]


def test_a_json_list_is_read_and_what_is_none_gives_no_item() -> None:
    rows = pd.DataFrame({"tags": ['["x, y", 7, null, true, "null", {"a": 1}]', "[]", "x, y", None]})
    after = shaped(ExplodeList.of(column="tags", how="JSON list"), rows)
    assert after["tags"].fillna("-").tolist() == [
        "x, y", "7", "true", "null", '{"a":1}', "-", "-", "-",
    ]  # fmt: skip


def test_it_agrees_with_pandas_explode() -> None:
    rows = pd.DataFrame(
        {"n": range(300), "tags": [",".join("abcdefg"[: i % 7 + 1]) for i in range(300)]}
    )
    expected = rows.assign(tags=rows["tags"].str.split(",")).explode("tags", ignore_index=True)
    after = shaped(ExplodeList.of(column="tags"), rows)
    assert_frame_equal(after, expected, check_dtype=False)
