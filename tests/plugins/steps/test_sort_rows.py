from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from samples import parquet, shaped

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.sort_rows import SortRows
from mll_core.stages import prepare

ROWS = pd.DataFrame({"x": [2.0, None, 1.0, 2.0], "n": [0, 1, 2, 3]})


def order(step: SortRows, folder: Path) -> list[int]:
    shown = prepare.preview(Recipe(steps=(step,)), parquet(folder, ROWS))
    return shown.after["n"].astype(int).tolist()


def test_equal_rows_stay_in_their_order_and_missing_comes_last(tmp_path: Path) -> None:
    assert order(SortRows(columns=("x",)), tmp_path) == [2, 0, 3, 1]
    assert order(SortRows(columns=("x",), descending=True), tmp_path) == [0, 3, 2, 1]


def test_only_the_first_are_kept_when_asked(tmp_path: Path) -> None:
    assert order(SortRows(columns=("x",), first=2), tmp_path) == [2, 0]


def test_the_first_of_each_group_are_kept_as_pandas_does() -> None:
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"g": rng.choice([*"abc"], 60), "n": rng.integers(0, 9, 60)})
    after = shaped(SortRows.of(columns=["n"], descending=True, first=2, per=["g"]), rows)
    ordered = rows.sort_values("n", ascending=False, kind="stable")
    expected = ordered.groupby("g").head(2).reset_index(drop=True)
    assert_frame_equal(after, expected, check_dtype=False)
    with pytest.raises(InvalidParameter, match="give first"):
        SortRows.of(columns=["n"], per=["g"])
