from pathlib import Path

import pandas as pd
from samples import parquet

from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.change_type import ChangeType
from mll_core.plugins.steps.filter_rows import FilterRows
from mll_core.plugins.steps.replace_values import ReplaceValues
from mll_core.stages import prepare

ROWS = pd.DataFrame({"n": ["1", "two", "two", "3", "-", None], "k": [*"aabbcc"]})


def test_values_that_become_missing_are_counted_before_the_step_is_taken(tmp_path: Path) -> None:
    path, read = parquet(tmp_path, ROWS), ChangeType.of(column="n")
    assert prepare.preview(Recipe(steps=(read,)), path).lost == {"n": {"two": 2, "-": 1}}
    put = ReplaceValues.of(column="n", values={"two": "2"})
    assert prepare.preview(Recipe(steps=(put, read)), path, step=1).lost == {"n": {"-": 1}}


def test_values_of_rows_that_go_are_not_lost(tmp_path: Path) -> None:
    steps = (FilterRows.of(formula='k != "a"'), ChangeType.of(column="n"))
    assert prepare.preview(Recipe(steps=steps), parquet(tmp_path, ROWS)).lost == {
        "n": {"-": 1, "two": 1}
    }
