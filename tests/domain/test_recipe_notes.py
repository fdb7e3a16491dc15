from pathlib import Path

import pandas as pd
import pytest
from samples import parquet, replay

from mll_core.catalog import STEPS
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.stages import prepare

TRIM = STEPS["trim_text"].of(column="city")
UPPER = STEPS["change_case"].of(column="city", case="upper")
FIRST = STEPS["drop_duplicates"].of(columns=["city"])
ROWS = pd.DataFrame({"city": [" bern", "bern", "basel "]})


def test_a_step_that_is_switched_off_changes_nothing_and_says_nothing() -> None:
    off = UPPER.model_copy(update={"enabled": False})
    recipe = Recipe(steps=(TRIM, off))
    assert RecipeTransformer(recipe).fit_transform(ROWS)["city"].tolist() == [
        "bern",
        "bern",
        "basel",
    ]
    assert recipe.sentences() == [TRIM.sentence()]
    assert RecipeTransformer(recipe).fit(ROWS).state()["recipe"] == [TRIM.plain()]
    assert replay(off, city=["a"]) == {"city": ["a"]}


def test_a_step_that_is_switched_off_is_still_shown_at_work_on_demand(tmp_path: Path) -> None:
    off = FIRST.model_copy(update={"enabled": False})
    recipe = Recipe(steps=(off, TRIM))
    path = parquet(tmp_path, ROWS.assign(city=["a", "a", "b"]))
    assert prepare.preview(recipe, path).n_after == 3
    assert prepare.preview(recipe, path, step=0).n_after == 2


def test_a_switched_off_step_may_name_the_target() -> None:
    off = UPPER.model_copy(update={"enabled": False})
    prepare.refuse_target(Recipe(steps=(off,)), "city")
    with pytest.raises(InvalidParameter):
        prepare.refuse_target(Recipe(steps=(UPPER,)), "city")


def test_notes_do_not_make_another_step_of_it() -> None:
    noted = TRIM.model_copy(update={"comment": "blanks from the old system", "group": "Tidy"})
    assert noted.plain() == TRIM.plain()
    assert noted != TRIM
    assert noted.plain() != UPPER.plain()
