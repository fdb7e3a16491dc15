from pathlib import Path

import pandas as pd
import pytest
from samples import parquet

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.unpivot_columns import UnpivotColumns
from mll_core.stages import prepare

ROWS = pd.DataFrame({"who": ["a", "b"], "jan": [1.0, 2.0], "feb": [3.0, None]})


def test_it_agrees_with_pandas(tmp_path: Path) -> None:
    step = UnpivotColumns(columns=("jan", "feb"))
    shown = prepare.preview(Recipe(steps=(step,)), parquet(tmp_path, ROWS))
    expected = ROWS.melt("who", var_name="name", ignore_index=False).sort_index(kind="stable")
    assert shown.after.to_dict("list") == {
        key: values if key != "value" else pytest.approx(values, nan_ok=True)
        for key, values in expected.to_dict("list").items()
    }


def test_a_column_called_value_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path, ROWS.rename(columns={"who": "value"}))
    with pytest.raises(InvalidParameter, match="'value'"):
        prepare.preview(Recipe(steps=(UnpivotColumns(columns=("jan",)),)), path)
