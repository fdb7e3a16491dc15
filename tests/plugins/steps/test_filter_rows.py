from pathlib import Path

import ibis
import pandas as pd
import pytest
from samples import parquet

from mll_core.domain.errors import UnknownColumn, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.filter_rows import FilterRows
from mll_core.stages import prepare


def test_rows_stay_where_the_formula_is_true_and_in_their_order(tmp_path: Path) -> None:
    rows = pd.DataFrame({"age": [30, 17, None, 18, 99], "n": [0, 1, 2, 3, 4]})
    recipe = Recipe(steps=(FilterRows(formula="age >= 18 and age < 99"),))
    shown = prepare.preview(recipe, parquet(tmp_path, rows))
    assert shown.after["n"].tolist() == [0, 3]
    assert (shown.n_before, shown.n_after, len(shown.dropped)) == (5, 2, 3)


def test_a_formula_that_is_not_a_condition_is_refused() -> None:
    with pytest.raises(WrongColumnKind, match=r"filter_rows\.formula: .*not true or false"):
        FilterRows(formula="age + 1").check(ibis.schema({"age": "int64"}))
    with pytest.raises(UnknownColumn, match="no column 'agee'"):
        FilterRows(formula="agee > 1").check(ibis.schema({"age": "int64"}))
