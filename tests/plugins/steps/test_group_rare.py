import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from samples import replay

from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.group_rare import GroupRare


def test_rare_and_unseen_categories_get_one_name() -> None:
    fitted = RecipeTransformer(Recipe(steps=(GroupRare(column="c", minimum=2),)))
    fitted.fit(pd.DataFrame({"c": ["a", "a", "b", None]}))
    after = fitted.transform(pd.DataFrame({"c": ["a", "b", "new", None]}))["c"]
    assert after.tolist()[:3] == ["a", "Other", "Other"]
    assert pd.isna(after[3])


def test_when_every_category_is_rare_all_become_one() -> None:
    assert replay(GroupRare(column="c"), c=["a", "b", None])["c"] == ["Other", "Other", None]


@given(st.lists(st.sampled_from("abcdef"), min_size=1), st.integers(1, 5), st.floats(0, 0.5))
def test_it_agrees_with_counting(values: list[str], minimum: int, share: float) -> None:
    counts = pd.Series(values).value_counts()
    kept = {c for c, n in counts.items() if n >= minimum and n >= share * len(values)}
    after = replay(GroupRare(column="c", minimum=minimum, share=share), c=[*values])["c"]
    assert after == [value if value in kept else "Other" for value in values]
