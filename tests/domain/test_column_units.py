"""Units of columns, from the step that says them to the formula that needs them."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from samples import parquet

from mll_core.catalog import STEPS
from mll_core.domain.column_units import carried
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.stages import prepare

PEOPLE = pd.DataFrame({"weight": ["70 kg", "65000 g"], "height": [180.0, 165.0], "_id": [0, 1]})


def step(kind: str, **values: Any) -> Step:
    return STEPS[kind].of(**values)


READ = step("parse_numbers", column="weight", unit="kg")
STATED = step("state_unit", columns=["height"], unit="cm")


def test_a_unit_is_said_once_and_carried_through_what_keeps_it() -> None:
    kept = step("fill_missing", column="weight")
    renamed = step("rename_columns", column="weight", to="mass")
    scaled = step("scale_numbers", column="mass")
    made = step("derive_column", to="in pounds", formula='convert(mass, "lb")')
    assert carried([READ, STATED, kept]) == {"weight": "kg", "height": "cm"}
    assert carried([READ, kept, renamed, made]) == {"mass": "kg", "in pounds": "lb"}
    assert carried([READ, renamed, scaled]) == {}
    assert carried([READ.model_copy(update={"enabled": False}), kept]) == {}
    difference = step("compare_numbers", column="a", other="b", how="difference", into="d")
    both = step("state_unit", columns=["a", "b"], unit="m")
    assert carried([both, difference])["d"] == "m"


def test_figures_of_numbers_are_in_their_unit() -> None:
    said = step("state_unit", columns=["weight", "height"], unit="kg")
    past = {"time": "day", "by": ["who"]}
    rolled = step("rolling_figures", columns=["weight"], figures=["mean", "count"], **past)
    before = step("entity_past", facts=["rows", "mean", "last"], columns=["weight"], **past)
    known = carried([said, rolled, before])
    assert {name for name in known if "weight_" in name} == {
        "weight_mean_last_3_rows_by_who", "weight_mean_before_by_who", "weight_last_before_by_who"
    }  # fmt: skip
    figures = {"columns": ["weight"], "figures": ["sum"]}
    described = {"described": ["height"], "about": ["last", "distinct"], "time": "day"}
    summed = step("aggregate_rows", by=["who"], **figures, **described)
    assert carried([said, summed]) == {"weight_sum": "kg", "height_last": "kg"}
    wide = {"column": "plan", "values": ["a"], "by": ["height"]}
    pivoted = step("pivot_values", **wide, figure="mean", number="weight")
    assert carried([said, pivoted]) == {"height": "kg", "plan_a": "kg"}
    assert carried([said, step("pivot_values", **wide)]) == {"height": "kg"}
    long = step("unpivot_columns", columns=["weight", "height"])
    assert carried([said, long]) == {"value": "kg"}
    assert carried([said, step("unpivot_columns", columns=["weight", "waist"])]) == {"height": "kg"}
    assert carried([said, step("transform_power", column="weight")]) == {"height": "kg"}


def test_a_preview_says_the_units_before_and_after(tmp_path: Path) -> None:
    shown = prepare.preview(Recipe(steps=(STATED, READ)), parquet(tmp_path, PEOPLE), step=1)
    assert shown.units_before == {"height": "cm"}
    assert shown.units == {"height": "cm", "weight": "kg"}


def test_a_formula_converts_a_column_whose_unit_was_said_before(tmp_path: Path) -> None:
    made = step("derive_column", to="pounds", formula='round(amount(convert(weight, "lb")), 1)')
    shown = prepare.preview(Recipe(steps=(READ, made)), parquet(tmp_path, PEOPLE))
    assert shown.after["pounds"].tolist() == [154.3, 143.3]


def test_what_has_no_unit_is_not_converted(tmp_path: Path) -> None:
    made = step("derive_column", to="inches", formula='convert(height, "in")')
    with pytest.raises(InvalidParameter, match="what is converted has no unit"):
        prepare.preview(Recipe(steps=(made,)), parquet(tmp_path, PEOPLE))


def test_a_recipe_that_adds_kg_to_cm_is_refused_where_it_does() -> None:
    wrong = step("derive_column", to="sum", formula="weight + height")
    with pytest.raises(InvalidParameter, match=r"steps\.2\.derive_column\.formula: position 1: cm"):
        Recipe(steps=(READ, STATED, wrong))
    Recipe(steps=(READ, wrong))
    Recipe(steps=(READ, STATED, wrong.model_copy(update={"enabled": False})))
