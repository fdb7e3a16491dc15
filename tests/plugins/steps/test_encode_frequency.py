import pandas as pd
from samples import replay

from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.encode_frequency import EncodeFrequency

STEP = EncodeFrequency(column="city", into="how_common")


def test_each_row_gets_the_share_of_its_category() -> None:
    said = replay(STEP, city=["Bern", "Bern", "Basel", None, "Bern"])["how_common"]
    assert said == [0.75, 0.75, 0.25, None, 0.75]


def test_a_category_never_seen_is_as_rare_as_can_be() -> None:
    fitted = RecipeTransformer(Recipe(steps=(STEP,))).fit(pd.DataFrame({"city": ["a", "b"]}))
    new = fitted.transform(pd.DataFrame({"city": ["c", "a"]}))
    assert new["how_common"].tolist() == [0, 0.5]
