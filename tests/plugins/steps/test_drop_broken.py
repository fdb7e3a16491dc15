from pathlib import Path

import pandas as pd
from samples import parquet

from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.drop_broken import DropBroken
from mll_core.stages import prepare


def test_rows_that_break_the_rule_go_and_are_counted(tmp_path: Path) -> None:
    rows = pd.DataFrame({"age": [30.0, -1.0, None, 200.0, 50.0], "n": [*range(5)]})
    step = DropBroken(column="age", rule="in range", lowest=0, highest=120)
    shown = prepare.preview(Recipe(steps=(step,)), parquet(tmp_path, rows))
    assert shown.after["n"].tolist() == [0, 2, 4]
    assert shown.sentence().startswith("5 rows: 2 dropped")
    assert shown.dropped["n"].tolist() == [1, 3]


def test_rows_without_a_value_go_when_it_must_be_there(tmp_path: Path) -> None:
    rows = pd.DataFrame({"age": [30.0, None]})
    shown = prepare.preview(Recipe(steps=(DropBroken(column="age"),)), parquet(tmp_path, rows))
    assert shown.after["age"].tolist() == [30]
