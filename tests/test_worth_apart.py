"""What a step that chooses rows is weighed on: the rows that the split left to learn from."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from samples import parquet

from mll_core.catalog import STEPS
from mll_core.domain.provenance import ROW
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.task import Task
from mll_core.infra import raw_numbers, warehouse
from mll_core.infra.beside import Deciding
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sides import KIN, LEARNED, VALIDATED
from mll_core.stages import prepare
from mll_core.worth import apart, choosing

N = 400
ROWS = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=N, freq="D"),
        "who": [f"c{(i * 7) % 200}" for i in range(N)],
        "part": [
            "test" if i % 5 == 0 else "validation" if i % 5 == 1 else "train" for i in range(N)
        ],
        "y": [None if i % 17 == 0 else "yes" if i % 3 == 0 else "no" for i in range(N)],
        "price": np.random.default_rng(0).integers(0, 90, N),
    }
)
CHOOSERS = {
    "sample": STEPS["sample_rows"].of(share=0.5),
    "copies": STEPS["drop_duplicates"].of(columns=["price"], keep="most complete"),
    "newest": STEPS["keep_period"].of(column="day", start=None, newest_days=200),
    "first": STEPS["sort_rows"].of(columns=["price"], first=60),
}


@pytest.mark.parametrize("chooser", CHOOSERS)
@pytest.mark.parametrize(
    "section",
    [
        {"kind": "stratified"},
        {"kind": "time", "time_column": "day", "gap": 20},
        {"kind": "time_group", "time_column": "day", "group_column": "who"},
        {"kind": "column", "part_column": "part"},
    ],
    ids=lambda section: section["kind"],
)
def test_it_chooses_among_the_same_rows_as_the_split(
    tmp_path: Path, chooser: str, section: dict[str, Any]
) -> None:
    objects, raw = ObjectStore(tmp_path), parquet(tmp_path, ROWS)
    recipe = Recipe(steps=(CHOOSERS[chooser],))
    plan = prepare.SplitPlan(SplitSection(**section), "y", Task.BINARY)
    split = prepare.split(recipe, raw, plan, objects)
    hidden = raw_numbers.without(raw, objects.path(split.sealed.sha256))
    shown, out = tmp_path / "shown.parquet", tmp_path / "out.parquet"
    warehouse.write(hidden, raw, shown)
    told = ("y", Task.BINARY, objects, dict[str, Path]())
    found = apart.sides(recipe, raw, split, SplitSection(**section), told)
    parting = Deciding.of(split).parting
    settled = apart.settled(recipe, {}, raw, parting)
    raw_numbers.shaped(settled, shown, out, found, (LEARNED, VALIDATED), {})
    left = pd.read_parquet(out).drop(columns=ROW)
    learned = pd.read_parquet(objects.path(split.development.sha256))
    pd.testing.assert_frame_equal(left, learned)


def test_without_a_step_nothing_is_learned_from_rows_of_a_tested_group(tmp_path: Path) -> None:
    objects, raw = ObjectStore(tmp_path), parquet(tmp_path, ROWS)
    recipe = Recipe(steps=(CHOOSERS["newest"],))
    section = SplitSection(time_column="day", group_column="who")
    split = prepare.split(recipe, raw, prepare.SplitPlan(section, "y", Task.BINARY), objects)
    told = ("y", Task.BINARY, objects, dict[str, Path]())
    found = apart.sides(recipe, raw, split, section, told)
    sealed = raw_numbers.read(objects.path(split.sealed.sha256))
    seen = ROWS.drop(index=sealed)
    kin = seen["who"].isin(ROWS["who"].iloc[sealed]) & seen["y"].notna()
    assert kin.sum() > 30
    assert (found[kin] == KIN).all()
    assert (found[seen["y"].notna() & ~kin] == LEARNED).all()


def test_it_is_said_when_rows_of_another_table_are_left_out() -> None:
    append = STEPS["append_table"].of(source="more.csv")
    recipe = Recipe(steps=(append, CHOOSERS["sample"]))
    assert choosing._said(recipe, 30, 9) == (
        "judged on the 30 rows that are there with and without it; 9 more are learned from "
        "without it; rows that another table appends are left out both times"
    )
    assert "another table" not in choosing._said(Recipe(steps=(CHOOSERS["sample"],)), 30, 9)
