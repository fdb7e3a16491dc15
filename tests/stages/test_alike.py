from pathlib import Path

import pandas as pd
import pytest
from samples import parquet

from mll_core.domain.clusters import merged
from mll_core.domain.errors import UnknownColumn, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.filter_rows import FilterRows
from mll_core.plugins.steps.replace_values import ReplaceValues
from mll_core.plugins.steps.trim_text import TrimText
from mll_core.stages import prepare

CITY = ["Boston"] * 5 + ["boston "] * 2 + ["Denver"] * 2 + [None]
ROWS = pd.DataFrame({"city": CITY, "n": range(10)})


def test_clusters_are_those_of_all_rows_after_the_recipe(tmp_path: Path) -> None:
    path = parquet(tmp_path, ROWS)
    found = prepare.alike(Recipe(), path, prepare.Spellings(column="city", method="fingerprint"))
    assert (found.rows, found.distinct, found.compared) == (9, 3, 3)
    assert found.clusters[0].values == (("Boston", 5), ("boston ", 2))
    trimmed = Recipe(steps=(FilterRows.of(formula="n != 6"), TrimText.of(column="city")))
    found = prepare.alike(trimmed, path, prepare.Spellings(column="city", method="fingerprint"))
    assert found.clusters[0].values == (("Boston", 5), ("boston", 1))


def test_what_is_accepted_is_one_ordinary_step_and_leaves_nothing_alike(tmp_path: Path) -> None:
    path = parquet(tmp_path, ROWS)
    chosen = prepare.alike(
        Recipe(), path, prepare.Spellings(column="city", method="fingerprint")
    ).clusters
    recipe = Recipe(steps=(ReplaceValues.of(column="city", values=merged(chosen)),))
    assert prepare.preview(recipe, path).changed["city"] == 2
    assert not prepare.alike(
        recipe, path, prepare.Spellings(column="city", method="letters")
    ).clusters


def test_a_column_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path, ROWS)
    with pytest.raises(WrongColumnKind, match="needs text"):
        prepare.alike(Recipe(), path, prepare.Spellings(column="n", method="sound"))
    with pytest.raises(UnknownColumn):
        prepare.alike(Recipe(), path, prepare.Spellings(column="town", method="sound"))
