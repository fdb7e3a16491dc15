import json
import timeit
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from samples import AWKWARD, again
from sklearn.base import clone

from mll_core.domain.errors import NotReady, UnfitRows
from mll_core.domain.recipe import Recipe
from mll_core.infra import recipe_transformer
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.clip_outliers import ClipOutliers
from mll_core.plugins.steps.derive_column import DeriveColumn
from mll_core.plugins.steps.drop_duplicates import DropDuplicates
from mll_core.plugins.steps.parse_dates import ParseDates
from mll_core.plugins.steps.rename_columns import RenameColumns
from mll_core.plugins.steps.trim_text import TrimText

ROWS = pd.DataFrame({"x": [1.0, None, 300.0], "c": [" a", "b", None]}, index=[7, 5, 6])
RECIPE = Recipe(steps=(TrimText(column="c"), ClipOutliers(column="x", low=0.25, high=0.75)))


def test_rows_keep_their_order_and_index() -> None:
    after = RecipeTransformer(RECIPE).fit_transform(ROWS)
    assert after.index.tolist() == [7, 5, 6]
    assert after["c"].tolist()[:2] == ["a", "b"]


def test_a_copy_from_json_scores_the_same() -> None:
    fitted = clone(RecipeTransformer(RECIPE)).fit(ROWS)
    assert_frame_equal(again(fitted).transform(ROWS), fitted.transform(ROWS), check_exact=True)
    assert json.dumps(fitted.state(), allow_nan=False)


@pytest.mark.parametrize("recipe", [Recipe(), RECIPE], ids=["empty", "steps"])
def test_types_are_the_same_whatever_the_batch_holds(recipe: Recipe) -> None:
    rows = AWKWARD.rename(columns={'in "come': "x", "self": "c"})
    fitted = RecipeTransformer(recipe).fit(rows)
    many = fitted.transform(rows)
    types = ["float64", "str", "float64", "datetime64[us]", "float64"]
    assert many.dtypes.astype(str).tolist() == types
    for i in range(len(rows)):
        one = fitted.transform(pd.DataFrame(rows.iloc[[i]].to_dict("records"), index=[i]))
        assert_frame_equal(one, many.iloc[[i]], check_exact=True)


def test_a_few_rows_and_many_rows_go_the_same_way() -> None:
    rows = pd.DataFrame({"x": np.linspace(0, 1, 1000) / 3, "c": ["ü ", None] * 500})
    fitted = RecipeTransformer(RECIPE).fit(rows)
    pieces = [fitted.transform(rows[i : i + 100]) for i in range(0, 1000, 100)]
    assert recipe_transformer.FEW >= 100
    assert_frame_equal(pd.concat(pieces), fitted.transform(rows), check_exact=True)


@pytest.mark.parametrize("bad", [{"x": 1.0}, {"x": "one", "c": "a"}], ids=["missing", "mistyped"])
def test_rows_that_do_not_fit_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(UnfitRows, match=r"'c'|'x'"):
        RecipeTransformer(RECIPE).fit(ROWS).transform(pd.DataFrame([bad]))
    with pytest.raises(NotReady):
        RecipeTransformer(RECIPE).transform(ROWS)


def test_excluded_columns_need_not_be_sent_unless_something_is_made_of_them() -> None:
    steps = (
        TrimText(column="id"),
        ParseDates(column="born"),
        RenameColumns(column="born", to="birth"),
        DeriveColumn(to="year", formula="year(birth)"),
    )
    rows = pd.DataFrame({"id": ["1"], "born": ["2000-01-31"], "x": [1.5]})
    fitted = RecipeTransformer(Recipe(steps=steps), excluded={"id", "birth"}).fit(rows)
    assert fitted.kinds_ == {"born": "text", "x": "number"}
    assert fitted.transform(rows[["x", "born"]]).to_dict("records") == [{"x": 1.5, "year": 2000.0}]
    assert again(fitted).transform(rows[["born", "x"]])["year"].tolist() == [2000.0]
    plain = RecipeTransformer(Recipe(), excluded={"id"}).fit(rows)
    assert list(plain.transform(rows.drop(columns="id"))) == ["born", "x"]


def test_steps_that_drop_rows_are_not_replayed() -> None:
    twice = pd.DataFrame({"x": [1.0, 1.0]})
    assert len(RecipeTransformer(Recipe(steps=(DropDuplicates(),))).fit_transform(twice)) == 2


def test_arrow_in_and_out_is_the_same_as_pandas() -> None:
    fitted = RecipeTransformer(RECIPE).fit(pa.Table.from_pandas(ROWS, preserve_index=False))
    assert fitted.state() == RecipeTransformer(RECIPE).fit(ROWS).state()
    out = fitted.transform_arrow(pa.Table.from_pandas(ROWS, preserve_index=False))
    assert_frame_equal(out.to_pandas(), fitted.transform(ROWS).reset_index(drop=True))


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.floats(-1e9, 1e9))
def test_scored_rows_never_change_what_was_learned(train: list[float], scored: float) -> None:
    fitted = RecipeTransformer(Recipe(steps=(ClipOutliers(column="x", low=0, high=1),)))
    fitted.fit(pd.DataFrame({"x": train}))
    (after,) = fitted.transform(pd.DataFrame({"x": [scored]}))["x"]
    assert min(train) <= after <= max(train)


def test_the_query_grows_by_a_fixed_amount_per_step_on_the_same_column() -> None:
    step = ClipOutliers(column="x")
    sizes = [len(RecipeTransformer(Recipe(steps=(step,) * n)).fit(ROWS).sql_) for n in (1, 2, 3)]
    assert sizes[2] - sizes[1] < 2 * (sizes[1] - sizes[0])


def test_many_threads_may_share_one() -> None:
    fitted = RecipeTransformer(RECIPE).fit(ROWS)
    batches = [pd.DataFrame({"x": [float(i)], "c": [f" {i} "]}) for i in range(60)]
    with ThreadPoolExecutor(6) as pool:
        scored = list(pool.map(fitted.transform, batches))
    assert [frame["c"][0] for frame in scored] == [str(i) for i in range(60)]


def test_one_row_is_scored_in_milliseconds() -> None:
    fitted, row = RecipeTransformer(RECIPE).fit(ROWS), ROWS.head(1)
    assert min(timeit.repeat(lambda: fitted.transform(row), number=1, repeat=20)) < 0.05
