from pathlib import Path

import pandas as pd
from samples import parquet

from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.drop_sparse_rows import DropSparseRows
from mll_core.stages import prepare

ROWS = pd.DataFrame({"a": [1.0, None, None], "b": ["x", "y", None], "n": [0, 1, 2]})


def test_rows_with_too_much_missing_go(tmp_path: Path) -> None:
    path = parquet(tmp_path, ROWS)
    for step, left in (
        (DropSparseRows(share=0.5), [0, 1]),
        (DropSparseRows(share=0), [0]),
        (DropSparseRows(columns=("a",), share=0.5), [0]),
        (DropSparseRows(share=1), [0, 1, 2]),
    ):
        shown = prepare.preview(Recipe(steps=(step,)), path)
        assert shown.after["n"].astype(int).tolist() == left
