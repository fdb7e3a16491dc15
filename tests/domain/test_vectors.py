import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.infra.flat_sql import flat
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.group_rows import GroupRows
from mll_core.plugins.steps.map_rows import MapRows
from mll_core.plugins.steps.reduce_numbers import ReduceNumbers
from mll_core.plugins.steps.text_terms import TextTerms
from mll_core.plugins.steps.text_topics import TextTopics

DRAW = np.random.default_rng(3)
NAMES = tuple("abcdef")
WORDS = np.array([f"word{n}" for n in range(60)])
ROWS = pd.DataFrame(DRAW.normal(size=(5_000, 6)) * 10.0 ** DRAW.integers(-3, 4, 6), columns=NAMES)
ROWS = ROWS.mask(DRAW.random(ROWS.shape) < 0.05)
ROWS["text"] = [" ".join(DRAW.choice(WORDS[: DRAW.integers(2, 60)], 9)) for _ in range(len(ROWS))]
STEPS = [
    ReduceNumbers(columns=NAMES, most=4, into="x"),
    ReduceNumbers(columns=NAMES, how="SVD", into="x"),
    GroupRows(columns=NAMES, groups=5, into="x"),
    MapRows(columns=NAMES, into="x"),
    TextTerms(column="text", most=40),
    TextTopics(column="text", into="x"),
]
every_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)


@every_step
def test_one_row_among_many_is_what_it_is_alone(step: Step) -> None:
    fitted = RecipeTransformer(Recipe(steps=(step,))).fit(ROWS)
    many = fitted.transform(ROWS)
    alone = pd.concat([fitted.transform(ROWS.iloc[[n]]) for n in range(0, 5_000, 250)])
    assert_frame_equal(many.iloc[::250], alone, check_exact=True)
    assert flat(fitted.sql_) is not None


@every_step
def test_rows_in_another_order_teach_the_same(step: Step) -> None:
    shuffled = ROWS.sample(frac=1, random_state=4)
    one, other = (RecipeTransformer(Recipe(steps=(step,))).fit(rows) for rows in (ROWS, shuffled))
    assert one.prepared_ == other.prepared_
