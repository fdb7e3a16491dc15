from pathlib import Path

import pandas as pd
from samples import parquet

from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.drop_near_duplicates import DropNearDuplicates
from mll_core.stages import prepare

ROWS = pd.DataFrame(
    {
        "name": ["Ana Silva", "Bo", "Ana Sylva", "Ana Silva", None, "Cy"],
        "city": ["Lisbon", "Oslo", "Lisbon", "Lisboa", "Oslo", "Rome"],
        "n": [1, 2, 3, 4, 5, 6],
    }
)


def left(folder: Path, **decisions: str) -> list[int]:
    step = DropNearDuplicates(columns=("name", "city"), decisions=decisions)
    return [
        int(n) for n in prepare.preview(Recipe(steps=(step,)), parquet(folder, ROWS)).after["n"]
    ]


def test_what_was_judged_a_duplicate_goes_and_all_else_stays_in_its_order(tmp_path: Path) -> None:
    stays = "Ana Silva | Lisbon"
    decisions = {"Ana Sylva | Lisbon": stays, "Ana Silva | Lisboa": stays}
    assert left(tmp_path, **decisions) == [1, 2, 5, 6]


def test_what_was_judged_goes_whichever_other_rows_are_there(tmp_path: Path) -> None:
    assert left(tmp_path, **{"Cy | Rome": "Cyrus | Rome"}) == [1, 2, 3, 4, 5]


def test_a_gap_is_a_value_like_others(tmp_path: Path) -> None:
    assert left(tmp_path, **{" | Oslo": "Bo | Oslo"}) == [1, 2, 3, 4, 6]
