"""A recipe replayed on single records is the batch, bit for bit, whichever way it takes."""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import recipes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from proving import FULL
from recipes import KEEPING
from samples import again, parquet, read_steps
from serving_samples import fit
from serving_samples import rows as customers

from mll_core.domain.errors import UnfitRows
from mll_core.domain.recipe import Recipe
from mll_core.infra import quick_path, raw_rows, warehouse
from mll_core.infra.flat_sql import flat
from mll_core.infra.objects import ObjectStore
from mll_core.infra.prepared_query import PreparedQuery
from mll_core.infra.quick_path import QuickPath
from mll_core.infra.recipe_transformer import FEW, RecipeTransformer
from mll_core.infra.scorer import Scorer
from mll_core.plugins.steps.trim_text import TrimText
from mll_core.stages import prepare
from mll_core.stages.prepare import whole
from mll_core.stages.prepare.step_by_step import at_work

LEARNED_ON = recipes.rows(60, seed=1)
MANY = recipes.rows(FEW + 50, seed=2, strange=True)
SOME = (3, 42)
slowly = settings(
    max_examples=20 if FULL else 2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    derandomize=True,
)


def bits(frame: pd.DataFrame) -> pd.DataFrame:
    """Each value as text that tells every bit: also -0.0 from 0.0; missing is missing."""
    told = {}
    for name in frame:
        values = frame[name]
        if values.dtype == np.float64:
            exact = values.to_numpy().view(np.int64).astype(str)
            told[name] = np.where(values.isna(), "missing", exact)
        else:
            told[name] = values.astype(str).where(values.notna(), "missing").to_numpy()
    return pd.DataFrame(told)


def prepared(fitted: RecipeTransformer, rows: pa.Table) -> pd.DataFrame:
    """The rows by the query that is planned once, as the scoring service asks it."""
    query = flat(fitted.sql_)
    assert query is not None
    schema = pa.schema([rows.schema.field(name) for name in query.inputs])
    ready = {name: rows.column(source).to_pylist() for name, source in query.passed.items()}
    if query.sql:
        batch = rows.select(schema.names).combine_chunks().to_batches()[0]
        found = PreparedQuery(query.sql, schema).run(batch)
        ready |= dict(zip(query.computed, map(list, zip(*found, strict=True)), strict=True))
    layout = fitted._schema()
    return pa.table([pa.array(ready[f.name], f.type) for f in layout], schema=layout).to_pandas()


def as_model_sees_it(table: pa.Table, fitted: RecipeTransformer) -> pd.DataFrame:
    """A table that was written for people, with the types that a model is given."""
    layout = fitted._schema()
    columns = [table.column(field.name).cast(field.type) for field in layout]
    return pa.table(columns, schema=layout).to_pandas()


def same_every_way(recipe: Recipe) -> None:
    fitted = RecipeTransformer(recipe).fit(LEARNED_ON)
    batch = bits(fitted.transform(MANY))
    for row in SOME:
        one = MANY.slice(row, 1)
        expected = batch.iloc[[row]].reset_index(drop=True)
        told = str(recipe.sentences())
        assert bits(fitted.transform(one)).equals(expected), told
        assert bits(again(fitted).transform(one)).equals(expected), told
        assert bits(prepared(fitted, one)).equals(expected), told
    assert bits(prepared(fitted, MANY)).equals(batch)


@pytest.mark.parametrize("kind", sorted(KEEPING))
@settings(slowly, max_examples=20 if FULL else 1)
@given(data=st.data())
def test_one_record_is_prepared_as_it_is_in_a_batch(kind: str, data: st.DataObject) -> None:
    same_every_way(data.draw(recipes.recipes(LEARNED_ON, kind)))


@slowly
@given(recipes.recipes(LEARNED_ON))
def test_the_table_written_for_people_holds_what_the_model_is_given(recipe: Recipe) -> None:
    fitted = RecipeTransformer(recipe).fit(LEARNED_ON)
    with tempfile.TemporaryDirectory() as folder:
        objects = ObjectStore(Path(folder))
        source, many = (
            parquet(Path(folder), rows, name)
            for rows, name in ((LEARNED_ON, "learned"), (MANY, "many"))
        )
        version, _ = whole.replayed(recipe, source, many, objects)
        written = as_model_sees_it(pq.read_table(objects.path(version.sha256)), fitted)
    assert bits(written).equals(bits(fitted.transform(MANY)))


@slowly
@given(recipes.recipes(LEARNED_ON))
def test_the_recipe_as_one_statement_gives_the_same_table(recipe: Recipe) -> None:
    fitted = RecipeTransformer(recipe).fit(LEARNED_ON)
    with tempfile.TemporaryDirectory() as folder:
        sql = prepare.as_sql(recipe, parquet(Path(folder), LEARNED_ON))
    found = as_model_sees_it(warehouse.arrow(sql, MANY), fitted)
    assert bits(found).equals(bits(fitted.transform(MANY)))


NAMES = {"age": 'in "come', "plan": "self", "active": "größe `1`", "since": "when"}


@settings(slowly, max_examples=10 if FULL else 1)
@given(recipes.recipes(recipes.rows(60, seed=1).select(list(NAMES.values()))))
def test_the_scoring_service_answers_one_record_as_a_file_of_them(recipe: Recipe) -> None:
    model = fit(customers(200).rename(columns=NAMES), recipe=recipe)
    kinds = model.transformer.kinds_
    given = MANY.select(list(kinds)).to_pandas()
    quick = QuickPath.proved(model, given)
    assert quick is not None, recipe.sentences()
    scores = model.score(given)
    for row in SOME:
        plain = {name: [quick_path.plain(given[name].iloc[row])] for name in kinds}
        assert quick.score(plain, 1).tobytes() == scores[[row]].tobytes()


def test_a_category_never_seen_is_no_error_and_a_missing_column_is_one() -> None:
    """Declared on the card of each step ("never seen"), and by raw_rows and record_schema."""
    fitted = RecipeTransformer(Recipe(steps=(TrimText(column="self"),))).fit(LEARNED_ON)
    strange = raw_rows.conform(MANY.slice(0, 1), fitted.kinds_)
    assert len(fitted.transform(strange)) == 1
    with pytest.raises(UnfitRows, match="no column 'self'"):
        fitted.transform(MANY.drop_columns(["self"]))
    model = fit(customers(200))
    (error,) = Scorer(model).score([{"age": 5.0, "active": True, "since": None}]).errors
    assert (error.column, error.problem) == ("plan", "is missing")


@slowly
@given(recipes.recipes(LEARNED_ON))
def test_step_by_step_comes_to_what_the_one_query_comes_to(recipe: Recipe) -> None:
    """What a preview shows, and what a step before the last one is remembered by."""
    run = partial(warehouse.records, rows=LEARNED_ON)
    whole = recipe.learn(warehouse.table(LEARNED_ON), run)
    query = whole.apply(warehouse.table(LEARNED_ON))
    seen = at_work(recipe, LEARNED_ON, {})
    assert seen.learned == whole.learned
    assert seen.schema == query.schema()
    wanted = warehouse.frame(warehouse.to_sql(query), LEARNED_ON)
    assert_frame_equal(warehouse.to_pandas(seen.rows), wanted, check_exact=True)


def test_a_step_with_nothing_to_do_costs_no_select() -> None:
    """A star in the query would leave the quick path of the service."""
    steps = [{"kind": "parse_numbers", "column": "width"}, {"kind": "trim_text", "column": "self"}]
    fitted = RecipeTransformer(Recipe(steps=read_steps(steps))).fit(LEARNED_ON)
    assert "*" not in fitted.sql_
    assert flat(fitted.sql_) is not None
