from pathlib import Path

import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from samples import parquet, shaped

from mll_core.domain.recipe import Recipe
from mll_core.infra import raw_rows, warehouse
from mll_core.plugins.steps.drop_duplicates import DropDuplicates
from mll_core.stages import prepare


def test_the_first_of_equal_rows_stays_whole_and_in_place(tmp_path: Path) -> None:
    rows = pd.DataFrame({"a": [2, 1, 2, None, None], "_nth": [None, 8, 7, 6, 5]})
    recipe = Recipe(steps=(DropDuplicates(columns=("a",)),))
    kept = prepare.preview(recipe, parquet(tmp_path, rows)).after
    assert kept["_nth"].tolist()[1:] == [8, 6]
    assert pd.isna(kept["_nth"][0])  # not 7: a row is kept whole


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])), min_size=1))
def test_with_no_column_picked_it_agrees_with_pandas(rows: list[tuple[int, str | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["n", "c"])
    table = raw_rows.conform(frame, raw_rows.kinds(frame))
    query = DropDuplicates().apply(warehouse.table(table), ())
    kept = warehouse.frame(warehouse.to_sql(query), table)
    expected = frame.drop_duplicates()
    assert kept["n"].tolist() == expected["n"].tolist()
    assert kept["c"].fillna("-").tolist() == expected["c"].fillna("-").tolist()


def test_large_tables_keep_their_order(tmp_path: Path) -> None:
    rows = pa.table({"a": [*range(300_000)] * 2})
    query = DropDuplicates().apply(warehouse.table(rows), ())
    written = tmp_path / "out.parquet"
    assert warehouse.write(warehouse.to_sql(query), rows, written) == 300_000
    assert warehouse.frame("SELECT a FROM rows", written)["a"].tolist() == [*range(300_000)]


def test_the_last_or_the_most_complete_stays_when_asked() -> None:
    rows = pd.DataFrame(
        {"a": [1.0, 1.0, 1.0, 2.0], "b": [None, 5.0, 6.0, None], "c": ["x", "y", None, None]}
    )
    last = shaped(DropDuplicates.of(columns=["a"], keep="last"), rows)
    assert last["b"].fillna(0).tolist() == [6, 0]
    full = shaped(DropDuplicates.of(columns=["a"], keep="most complete"), rows)
    assert full["b"].fillna(0).tolist() == [5, 0]
    expected = rows.drop_duplicates("a", keep="last")["b"].fillna(0).tolist()
    assert last["b"].fillna(0).tolist() == expected
