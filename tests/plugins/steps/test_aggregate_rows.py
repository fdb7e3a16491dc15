from pathlib import Path

import pandas as pd
import pytest
from samples import parquet

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.aggregate_rows import AggregateRows
from mll_core.stages import prepare

ROWS = pd.DataFrame({"who": ["b", "a", "b", None], "spent": [1.0, 5.0, 3.0, None]})


def test_there_is_one_row_per_group_in_their_order(tmp_path: Path) -> None:
    step = AggregateRows(by=("who",), columns=("spent",), figures=("sum", "max"))
    shown = prepare.preview(Recipe(steps=(step,)), parquet(tmp_path, ROWS))
    assert shown.after["who"].isna().tolist() == [True, False, False]
    assert shown.after["rows"].tolist() == [1, 1, 2]
    assert shown.after["spent_sum"].tolist()[1:] == [5, 4]
    assert shown.after["spent_max"].tolist()[1:] == [5, 3]
    assert (shown.n_before, shown.n_after) == (4, 3)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    rows = ROWS.rename(columns={"who": "spent_sum"})
    step = AggregateRows(by=("spent_sum",), columns=("spent",))
    with pytest.raises(InvalidParameter, match="spent_sum"):
        prepare.preview(Recipe(steps=(step,)), parquet(tmp_path, rows))
