"""What every step must keep, present and future."""

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as hnp
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from ruamel.yaml import YAML
from samples import AWKWARD, again, beside, example, others, parquet, read_steps, told

from mll_core.catalog import STEPS
from mll_core.domain.columns import ColumnKind, InputKind
from mll_core.domain.errors import InvalidParameter, UnknownColumn
from mll_core.domain.plugin import input_kind
from mll_core.domain.provenance import ROW
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.topic import Topic
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.stages import prepare

KEEPING = [pytest.param(cls, id=kind) for kind, cls in STEPS.items() if cls.rows == "keep"]
DROPPING = [pytest.param(cls, id=kind) for kind, cls in STEPS.items() if cls.rows == "drop"]
SHAPING = [pytest.param(cls, id=kind) for kind, cls in STEPS.items() if cls.rows == "shape"]
WINDOWS = [pytest.param(cls, id=kind) for kind, cls in STEPS.items() if cls.rows == "window"]
CARRYING = [pytest.param(cls, id=kind) for kind, cls in STEPS.items() if cls.rows != "keep"]
every_step = pytest.mark.parametrize("cls", KEEPING + DROPPING + SHAPING + WINDOWS)
every_keeping_step = pytest.mark.parametrize("cls", KEEPING)
ROWS = raw_rows.conform(AWKWARD, raw_rows.kinds(AWKWARD))
CHECKED_ON = ["duckdb", "databricks", "snowflake", "postgres"]


SHELF = {
    "shaping": """
        drop_duplicates drop_near_duplicates filter_rows sort_rows sample_rows join_table
        append_table aggregate_rows pivot_values unpivot_columns explode_list drop_sparse_rows
        keep_period drop_columns rename_columns
    """,
    "cleaning": """
        change_type parse_dates parse_numbers state_unit trim_text change_case fold_letters
        find_replace split_text merge_text extract_text replace_values limit_values
        clear_disguised fill_missing fill_by_group fill_by_time fill_by_neighbours fill_by_model
        flag_missing clip_outliers mark_outliers mark_outlying_rows validate_rule
        validate_formula drop_broken repair_by_group
    """,
    "transforming": """
        scale_numbers transform_power spread_numbers rank_numbers bin_numbers one_hot
        encode_order encode_frequency encode_hash group_rare
    """,
    "features": """
        derive_column date_parts holidays_near elapsed_time time_since encode_cycle lag_values
        rolling_figures expanding_figures entity_past compare_numbers multiply_columns
        text_figures text_terms text_similarity text_topics geo_distance reduce_numbers map_rows
        group_rows
    """,
}


def test_the_shelf_holds_what_people_need() -> None:
    named = {kind for kinds in SHELF.values() for kind in kinds.split()}
    assert named <= {*STEPS}


@every_step
def test_it_comes_back_equal_from_json_and_from_yaml(cls: type[Step]) -> None:
    step, yaml, text = example(cls), YAML(typ="safe"), io.StringIO()
    plain = step.model_dump(mode="json")
    assert read_steps(json.loads(json.dumps([plain]))) == (step,)
    yaml.dump([plain], text)
    assert read_steps(yaml.load(text.getvalue())) == (step,)


@every_step
def test_its_card_is_filled_in(cls: type[Step]) -> None:
    assert cls.label
    assert isinstance(cls.topic, Topic)
    assert cls.__doc__
    assert "Learned" in cls.__doc__
    assert all(field.description for field in cls.parameters().values())
    step = example(cls)
    assert step.sentence().endswith(".")
    assert all(repr(column) in step.sentence() for _, column, _ in step.picks())


MAKING = [pytest.param(c, id=k) for k, c in STEPS.items() if list(example(c).makes())]


@pytest.mark.parametrize("cls", MAKING)
def test_a_column_that_is_taken_is_refused_with_a_way_out_that_works(cls: type[Step]) -> None:
    step, schema = example(cls), warehouse.table(ROWS).schema()
    taken = ibis.schema({**dict(schema.items()), **{name: "string" for _, name in step.makes()}})
    with pytest.raises(InvalidParameter, match="already has a column") as caught:
        step.check(taken)
    assert caught.value.hint == cls.way_out()
    own = {f for f, info in cls.parameters().items() if input_kind(info) is InputKind.NEW_COLUMN}
    assert own or "prefix" in cls.parameters()
    other = dict.fromkeys(own or {"prefix"}, "another ")
    step.model_copy(update=other).check(taken)


@every_step
def test_an_unknown_column_is_refused_by_field_before_anything_runs(cls: type[Step]) -> None:
    step = example(cls)
    for _ in list(step.picks())[:1]:
        with pytest.raises(UnknownColumn, match=f"{cls.name()}\\."):
            step.check(ibis.schema({"other": "string"}))


@every_step
def test_an_unknown_field_is_refused_with_the_fields_there_are(cls: type[Step]) -> None:
    with pytest.raises(InvalidParameter, match=r"colour: .*got 'red'") as caught:
        example(cls, colour="red")
    assert all(name in caught.value.hint for name in cls.parameters())


@every_step
@pytest.mark.parametrize("dialect", CHECKED_ON)
def test_it_compiles_for_every_engine(cls: type[Step], dialect: str) -> None:
    table, step = warehouse.table(ROWS), told(example(cls))
    run = partial(warehouse.records, rows=ROWS, **beside(step))
    prepared = Recipe(steps=(step,)).learn(table, run)
    queries = [prepared.apply(table), step.learn(table)]
    assert all(ibis.to_sql(query, dialect=dialect) for query in queries if query is not None)


@every_step
def test_it_says_which_columns_it_changes_and_whether_it_learns(cls: type[Step]) -> None:
    step = told(example(cls))
    table, run = warehouse.table(ROWS), partial(warehouse.records, rows=ROWS, **beside(step))
    assert step.learns or step.learn(table) is None
    changed = step.changes
    if changed is None:
        return
    after = Recipe(steps=(step,)).learn(table, run).apply(table)
    found = warehouse.arrow(warehouse.to_sql(after), ROWS, **beside(step))
    assert {*ROWS.column_names} - {*found.column_names} <= changed
    kept = ROWS.take(pa.array([int(n) for n in found["_id"].to_pylist()]))
    same = [name for name in found.column_names if name in kept.column_names]
    assert {n for n in same if str(found[n].to_pylist()) != str(kept[n].to_pylist())} <= changed
    made = {*found.column_names} - {*ROWS.column_names}
    declared = {name for _, name in step.makes()} or made
    assert made <= declared


@every_keeping_step
def test_it_reads_only_the_columns_it_names(cls: type[Step]) -> None:
    step = example(cls)
    picked = {name for _, name, _ in step.picks()}
    if step.learns or step.changes is None:
        return
    names = [name for name in ROWS.column_names if name in {*picked, "_id"}]
    alone = _after(step, ROWS.select(names))
    beside_others = _after(step, ROWS).select(alone.column_names)
    assert str(alone.to_pylist()) == str(beside_others.to_pylist())


@pytest.mark.parametrize("cls", DROPPING)
def test_a_dropping_step_learns_nothing_and_invents_no_row(cls: type[Step], tmp_path: Path) -> None:
    step = example(cls)
    assert step.learn(warehouse.table(ROWS)) is None
    path = parquet(tmp_path, AWKWARD)
    shown = prepare.preview(Recipe(steps=(step,)), path, others=others(tmp_path))
    kept = shown.after["_id"]
    assert kept.is_monotonic_increasing
    assert set(kept) <= set(AWKWARD["_id"])


@pytest.mark.parametrize("cls", SHAPING)
def test_a_shaping_step_learns_nothing_and_gives_the_same_rows_again(
    cls: type[Step], tmp_path: Path
) -> None:
    recipe = Recipe(steps=(example(cls),))
    assert recipe.steps[0].learn(warehouse.table(ROWS)) is None
    path = parquet(tmp_path, AWKWARD)
    tables = others(tmp_path)
    shown, again = (prepare.preview(recipe, path, others=tables) for _ in range(2))
    assert_frame_equal(shown.after, again.after, check_exact=True)
    assert shown.n_after == len(shown.after)
    assert RecipeTransformer(recipe).fit(AWKWARD).sql_ == ""


@pytest.mark.parametrize("cls", WINDOWS)
def test_a_window_step_learns_nothing_and_keeps_the_rows_in_their_order(
    cls: type[Step], tmp_path: Path
) -> None:
    recipe = Recipe(steps=(example(cls),))
    assert recipe.steps[0].learn(warehouse.table(ROWS)) is None
    assert recipe.steps[0].across() is not None
    shown = prepare.preview(recipe, parquet(tmp_path, AWKWARD))
    assert shown.after["_id"].tolist() == AWKWARD["_id"].tolist()
    assert sum(shown.changed.values()) == sum(
        shown.changed[name]
        for name in {name for _, name in example(cls).makes()} | {"self"}
        if name in shown.changed
    )
    assert RecipeTransformer(recipe).fit(AWKWARD).sql_ == ""


@every_keeping_step
def test_a_keeping_step_scores_one_row_as_it_scores_many(cls: type[Step]) -> None:
    fitted = RecipeTransformer(Recipe(steps=(example(cls),))).fit(AWKWARD)
    many = fitted.transform(AWKWARD)
    single = [fitted.transform(AWKWARD.iloc[[i]]) for i in range(len(AWKWARD))]
    assert many["_id"].tolist() == AWKWARD["_id"].tolist()
    assert_frame_equal(many, pd.concat(single), check_exact=True)
    assert_frame_equal(many, again(fitted).transform(AWKWARD), check_exact=True)
    assert_frame_equal(fitted.transform(AWKWARD.iloc[:0]), many.iloc[:0])


@every_keeping_step
@pytest.mark.parametrize("rows", [0, 1], ids=["no row", "one row"])
def test_a_keeping_step_learns_from_next_to_nothing(cls: type[Step], rows: int) -> None:
    typed = ROWS.slice(0, rows)
    fitted = RecipeTransformer(Recipe(steps=(example(cls),))).fit(typed)
    assert len(fitted.transform(AWKWARD)) == len(AWKWARD)
    nothing = pa.table({name: pa.nulls(2, ROWS[name].type) for name in ROWS.column_names})
    fitted = RecipeTransformer(Recipe(steps=(example(cls),))).fit(nothing)
    assert len(fitted.transform(AWKWARD)) == len(AWKWARD)


@every_keeping_step
def test_what_it_learned_is_plain_data_that_survives_json(cls: type[Step]) -> None:
    fitted = RecipeTransformer(Recipe(steps=(example(cls),))).fit(AWKWARD)
    assert again(fitted).state() == fitted.state()
    assert again(fitted).prepared_ == fitted.prepared_
    values = [value for rows in fitted.prepared_.learned for row in rows for value in row.values()]
    assert all(value is None or isinstance(value, bool | int | float | str) for value in values)
    assert all(np.isfinite(value) for value in values if isinstance(value, float))


def _after(step: Step, rows: pa.Table) -> pa.Table:
    query = warehouse.to_sql(told(step).apply(warehouse.table(rows), ()))
    return warehouse.arrow(query, rows, **beside(step))


@pytest.mark.parametrize("cls", CARRYING)
def test_it_carries_the_numbers_of_the_raw_rows_and_looks_at_nothing_in_them(
    cls: type[Step],
) -> None:
    step, plain = example(cls), list(range(ROWS.num_rows))
    alone = _after(step, ROWS)
    for numbers in (plain, plain[::-1], [[n, n + 100] for n in plain]):
        carried = _after(step, ROWS.append_column(ROW, pa.array(numbers)))
        assert carried.drop_columns([ROW]).equals(alone)
        found = carried[ROW].to_pylist()
        if getattr(cls, "appends", False):  # rows of another table are no raw rows
            found = [number for number in found if number is not None]
        assert None not in found
        assert set(_flat(found)) <= set(_flat(numbers))
        if cls.rows in ("drop", "window"):
            assert [numbers[int(i)] for i in carried["_id"].to_pylist()] == found


def _flat(numbers: list[Any]) -> list[int]:
    return [n for held in numbers for n in (held if isinstance(held, list) else [held])]


cells = {
    ColumnKind.NUMERIC: st.none() | st.floats(),
    ColumnKind.CATEGORICAL: st.none()
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
}


@every_keeping_step
@settings(max_examples=5)
@given(data=st.data())
def test_held_out_rows_never_change_what_is_learned(cls: type[Step], data: st.DataObject) -> None:
    rows = pd.DataFrame(
        {
            'in "come': np.arange(40) * 1.5 - 7,
            "self": [*"aabbc"] * 8,
            "größe `1`": [True, False] * 20,
            "when": pd.date_range("2024-01-01", periods=40, freq="7h"),
        }
    )
    held_out = data.draw(hnp.arrays(bool, 40))
    changed = rows.copy()
    for name, kind in (('in "come', ColumnKind.NUMERIC), ("self", ColumnKind.CATEGORICAL)):
        strange = data.draw(st.lists(cells[kind], min_size=1, max_size=5))
        new = [
            strange[i % len(strange)] if out else old
            for i, (out, old) in enumerate(zip(held_out, rows[name], strict=True))
        ]
        changed[name] = pd.Series(new, dtype="float64" if kind is ColumnKind.NUMERIC else "str")
    recipe = Recipe(steps=(example(cls),))
    before = RecipeTransformer(recipe).fit(rows[~held_out])
    after = RecipeTransformer(recipe).fit(changed[~held_out])
    after.transform(changed)
    assert after.state() == before.state()
