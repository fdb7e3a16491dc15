"""Steps that learn nothing may stand before steps that look at rows; nothing else changes."""

from functools import partial
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from proving import amount
from recipes import rows
from samples import example, parquet, read_steps

from mll_core.catalog import STEPS
from mll_core.domain.columns import InputKind
from mll_core.domain.errors import InvalidParameter, MllError
from mll_core.domain.plugin import input_kind
from mll_core.domain.provenance import shown
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.step import Learned, Step
from mll_core.domain.table_step import TableStep
from mll_core.domain.task import Task
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.objects import ObjectStore
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.stages import prepare
from mll_core.stages.prepare.whole import whole as whole_run

N = 24
ROWS = pd.DataFrame(
    {
        "on": [f"{1 + n % 12:02d}.03.2024" for n in range(N)],
        "amount": [f"{n},5" if n % 5 else None for n in range(N)],
        "who": [" Ana", "ana ", "Bo"] * 8,
        "tags": ["a|b", "b", ""] * 8,
        "part": ["train", "train", "test"] * 8,
        "y": ["yes", "no"] * 12,
    }
)
TABLE = raw_rows.conform(ROWS, raw_rows.kinds(ROWS))
DATE = {"kind": "parse_dates", "column": "on", "format": "%d.%m.%Y"}
AMOUNT = {"kind": "parse_numbers", "column": "amount", "decimal": "comma"}
TRIM = {"kind": "trim_text", "column": "who"}
LOWER = {"kind": "change_case", "column": "who", "case": "lower"}
LAG = {"kind": "lag_values", "columns": ["amount"], "time": "on", "by": ["who"]}
TWICE = {"kind": "derive_column", "to": "twice", "formula": "amount * 2"}
BIG = {"kind": "filter_rows", "formula": "amount > 3"}
LARGE = {"kind": "filter_rows", "formula": "twice > 6"}
FORWARD = {"kind": "fill_by_time", "column": "amount", "time": "on"}
GONE = {"kind": "drop_columns", "columns": ["who"]}
NAMED = {"kind": "rename_columns", "column": "amount", "to": "paid"}
PAID = {"kind": "lag_values", "columns": ["paid"], "time": "on"}
CUT = {"kind": "limit_values", "column": "amount_1_rows_ago_by_who", "highest": 9}
SUM = {
    "kind": "aggregate_rows",
    "by": ["who", "part", "y"],
    "columns": ["amount"],
    "figures": ["sum"],
}
ITEMS = {"kind": "explode_list", "column": "tags", "separator": "|"}
BAR = {"kind": "find_replace", "column": "tags", "find": "/", "replace": "|"}
RECIPES = {
    "the date is read, then looked back by": [DATE, AMOUNT, LAG],
    "the amount is read, then filtered on": [AMOUNT, BIG],
    "a column is made, then filtered on": [AMOUNT, TWICE, LARGE],
    "names are made alike, then rows of one compared": [TRIM, LOWER, DATE, AMOUNT, LAG, TWICE],
    "what a step made of rows is changed between": [DATE, AMOUNT, LAG, CUT, BIG],
    "a column is renamed": [DATE, AMOUNT, NAMED, PAID],
    "a column goes": [DATE, AMOUNT, LAG, GONE, BIG],
    "the amount is read, then filled by time": [DATE, AMOUNT, TWICE, FORWARD, LAG],
    "the amount is read, then summed": [TRIM, LOWER, AMOUNT, SUM],
    "a list is exploded": [AMOUNT, ITEMS, TWICE, BIG],
}


def recipe(*steps: dict[str, object]) -> Recipe:
    return Recipe(steps=read_steps(steps))


def linear(asked: Recipe) -> pd.DataFrame:
    """The steps one after the other over all rows, as a preview shows them."""
    return _frame(asked.learn(warehouse.table(TABLE), _run).apply(warehouse.table(TABLE)), TABLE)


def shaped(asked: Recipe) -> pd.DataFrame:
    """The rows that are parted: raw but for what is made before the split."""
    return _frame(asked.shaping.shape(warehouse.table(TABLE), _run), TABLE)


def _run(query: ir.Table) -> Learned:
    return warehouse.records(query, TABLE)


def _frame(query: ir.Table, rows: pa.Table) -> pd.DataFrame:
    assert shown(query) == list(query.columns)
    return warehouse.frame(warehouse.to_sql(query), rows)


@pytest.mark.parametrize("steps", RECIPES.values(), ids=RECIPES)
def test_shaped_and_replayed_is_what_the_steps_give_one_after_the_other(
    steps: list[dict[str, Any]],
) -> None:
    asked = recipe(*steps)
    model = RecipeTransformer(asked).fit(shaped(asked))
    whole = linear(asked)
    assert sorted(model.columns_) == sorted(whole.columns)
    replayed = model.transform(shaped(asked))
    expected = raw_rows.conform(whole, model.columns_).to_pandas()
    assert_frame_equal(replayed[list(whole)], expected[list(whole)], check_exact=True)


def test_rows_to_learn_from_stay_raw_with_what_was_made_beside_them() -> None:
    found = shaped(recipe(DATE, AMOUNT, TRIM, LOWER, LAG, BIG))
    assert list(found) == [*ROWS, "amount_1_rows_ago_by_who"]
    kept = [float(str(a).replace(",", ".")) > 3 for a in ROWS["amount"].fillna("0")]
    assert_frame_equal(found[list(ROWS)], ROWS[kept].reset_index(drop=True), check_dtype=False)


def test_a_join_does_more_than_choosing_rows() -> None:
    join = {"kind": "join_table", "source": "visits.csv", "on": {"who": "who"}}
    assert recipe(AMOUNT, BIG).shaping.only_chooses
    assert not recipe(AMOUNT, join, BIG).shaping.only_chooses
    assert not recipe(DATE, AMOUNT, LAG).shaping.only_chooses


def test_what_is_summed_is_done_before_and_not_replayed() -> None:
    asked = recipe(TRIM, LOWER, AMOUNT, SUM, {**TWICE, "formula": "amount_sum * 2"})
    assert [step.kind for step in asked.replayed.steps] == ["derive_column"]
    assert set(shaped(asked)["who"]) == {"ana", "bo"}
    assert [asked.runs_once(place) for place in range(5)] == [True] * 4 + [False]


def test_only_what_touches_a_column_that_is_filled_by_time_is_not_replayed() -> None:
    asked = recipe(TRIM, DATE, AMOUNT, TWICE, FORWARD)
    assert [step.kind for step in asked.replayed.steps] == ["trim_text", "parse_dates"]
    assert shaped(asked)["on"].tolist() == ROWS["on"].tolist()
    assert shaped(asked)["amount"].isna().sum() == 1  # nothing lies before the first


@pytest.mark.parametrize(
    ("early", "hint"),
    [
        ({"kind": "scale_numbers", "column": "amount"}, "Move filter_rows up"),
        ({"kind": "parse_dates", "column": "on"}, "Say the format"),
        ({"kind": "clear_disguised"}, "Name the columns"),
    ],
)
def test_a_step_that_learns_is_refused_in_front_with_the_reason(
    early: dict[str, Any], hint: str
) -> None:
    with pytest.raises(
        InvalidParameter, match=f"steps.1: {early['kind']} .* before the split"
    ) as no:
        recipe(AMOUNT, early, BIG)
    assert hint in no.value.hint
    assert [step.kind for step in recipe(AMOUNT, early).then(*read_steps([BIG])).steps] == [
        "parse_numbers",
        "filter_rows",
        early["kind"],
    ]


def test_a_name_that_was_used_in_passing_is_not_given_again() -> None:
    used = {"kind": "derive_column", "to": "paid_1_rows_ago", "formula": "paid"}
    dropped = {"kind": "drop_columns", "columns": ["paid_1_rows_ago"]}
    with pytest.raises(InvalidParameter, match="has used the name 'paid_1_rows_ago'"):
        shaped(recipe(DATE, AMOUNT, NAMED, used, dropped, PAID))


def test_the_split_goes_by_what_the_steps_saw(tmp_path: Path) -> None:
    # " Ana" and "ana " are one to the step that looks back, so they are on one side.
    section = SplitSection(group_column="who", test_share=0.4, folds=2)
    both = pd.concat([ROWS, ROWS], ignore_index=True)
    both = both.assign(who=[f"{' ' * (n % 3)}{'Aa'[n % 2]}{n % 8 // 2}" for n in range(2 * N)])
    objects = ObjectStore(tmp_path)
    plan = prepare.SplitPlan(section, "y", Task.BINARY)
    asked = recipe(TRIM, LOWER, DATE, AMOUNT, LAG)
    made = prepare.split(asked, parquet(tmp_path, both), plan, objects)
    sides = [
        {who.strip().lower() for who in warehouse.frame("FROM rows", objects.path(part.sha256)).who}
        for part in (made.development, made.test)
    ]
    assert all(sides)
    assert sides[0].isdisjoint(sides[1])


def test_the_target_may_be_read_for_what_is_made_of_rows_but_not_for_the_model() -> None:
    prepare.refuse_target(recipe(AMOUNT, SUM), "amount")
    with pytest.raises(InvalidParameter, match=r"steps.0.parse_numbers.column: .* is the target"):
        prepare.refuse_target(recipe(AMOUNT, BIG), "amount")


def test_a_column_that_parts_the_rows_is_not_changed_after_it_was_looked_back_by() -> None:
    late = recipe(DATE, AMOUNT, LAG, LOWER, BIG)
    with pytest.raises(InvalidParameter, match="changes 'who', by which"):
        prepare.refuse_mixing(late, SplitSection(group_column="who"))
    prepare.refuse_mixing(recipe(DATE, AMOUNT, LOWER, LAG, BIG), SplitSection(group_column="who"))


AWKWARD = rows(60, seed=5)
BY: dict[str, dict[str, Any]] = {"sample_rows": {"share": 0.6}, "sort_rows": {"first": 40}}


def _example(cls: type[Step]) -> Step:
    new = [n for n, f in cls.parameters().items() if input_kind(f) is InputKind.NEW_COLUMN]
    made = {name: f"made by {cls.name()}" for name in new}
    step: Step = example(cls, **BY.get(cls.name(), {}), **made)
    return step


OWN = [_example(cls) for cls in STEPS.values() if not issubclass(cls, TableStep)]
ANY = st.sampled_from([step for step in OWN if step.rows != "keep" or not step.learns])


@settings(max_examples=amount(4, 400), derandomize=True, deadline=None)
@given(st.lists(ANY, min_size=2, max_size=6))
def test_any_recipe_replayed_is_what_its_steps_give_one_after_the_other(steps: list[Step]) -> None:
    asked, run = Recipe(), partial(warehouse.records, rows=AWKWARD)
    for step in steps:
        try:
            longer = asked.then(step)
            longer.learn(warehouse.table(AWKWARD), run)
            asked = longer
        except MllError:
            continue
    assume(asked.passing.steps)
    whole = asked.learn(warehouse.table(AWKWARD), run).apply(warehouse.table(AWKWARD))
    parted = asked.shaping.shape(warehouse.table(AWKWARD), run)
    raw = warehouse.arrow(warehouse.to_sql(parted), AWKWARD)
    again = asked.replayed.learn(warehouse.table(raw), partial(warehouse.records, rows=raw))
    replayed = warehouse.arrow(warehouse.to_sql(again.apply(warehouse.table(raw))), raw)
    expected = warehouse.arrow(warehouse.to_sql(whole), AWKWARD)
    assert sorted(replayed.column_names) == sorted(expected.column_names)
    found = replayed.select(expected.column_names)
    assert str(found.to_pylist()) == str(expected.to_pylist()), asked.sentences()  # NaN is NaN


@pytest.mark.parametrize("steps", list(RECIPES.values())[:6], ids=list(RECIPES)[:6])
def test_a_preview_and_the_code_tell_what_the_run_does(
    steps: list[dict[str, Any]], tmp_path: Path
) -> None:
    asked, path = recipe(*steps), parquet(tmp_path, ROWS)
    told = prepare.preview(asked, path)
    whole = linear(asked)
    assert_frame_equal(told.after[list(whole)], whole, check_dtype=False)
    assert_frame_equal(warehouse.frame(prepare.as_sql(asked, path), path), whole)
    names: dict[str, Any] = {}
    exec(prepare.as_python(asked, path), names)
    import duckdb

    assert_frame_equal(names["prepare"](duckdb.arrow(TABLE)).df(), whole, check_dtype=False)
    objects = ObjectStore(tmp_path)
    version, _ = whole_run(asked, path, objects, {})
    written = warehouse.frame("FROM rows", objects.path(version.sha256))
    assert_frame_equal(written[list(whole)], whole, check_dtype=False)
    assert len(written.columns) == len(whole.columns)
