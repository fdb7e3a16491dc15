import math

import pandas as pd
from samples import replay

from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.fill_by_group import FillByGroup

STEP = FillByGroup(column="fee", by="plan")


def test_a_gap_gets_the_median_of_its_group() -> None:
    out = replay(STEP, plan=["a", "a", "a", "b", "b", None], fee=[1.0, 3.0, None, 10.0, None, None])
    assert out["fee"] == [1, 3, 2, 10, 10, 3]


def test_a_group_never_seen_gets_the_value_of_all() -> None:
    rows = pd.DataFrame({"plan": ["a", "b", "b"], "fee": [1.0, 4.0, 7.0]})
    fitted = RecipeTransformer(Recipe(steps=(FillByGroup(column="fee", by="plan", how="mean"),)))
    new = pd.DataFrame({"plan": ["new", "b"], "fee": [math.nan, math.nan]})
    assert fitted.fit(rows).transform(new)["fee"].tolist() == [4, 5.5]


def test_nothing_is_filled_where_nothing_is_known() -> None:
    assert replay(STEP, plan=["a", "b"], fee=[math.nan, math.inf])["fee"] == [None, math.inf]
