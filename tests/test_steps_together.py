"""Steps that are each whole alone are whole together: a recipe of them compiles, and its columns
are those of each step alone."""

import random
from collections.abc import Sequence
from functools import cache, partial

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pandas as pd
from proving import SEED, amount
from samples import example

from mll_core.catalog import STEPS
from mll_core.domain import at_work
from mll_core.domain.columns import InputKind
from mll_core.domain.errors import MllError
from mll_core.domain.plugin import input_kind
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Learned, Step
from mll_core.infra import raw_rows, warehouse

FRAME = pd.DataFrame(
    {
        'in "come': [1.5, None, -3.0, 7.0, 9.0, 2.25] * 2,
        "self": ["red apple", "red pear", "green apple", None, "", "pear tree"] * 2,
        "größe `1`": [True, None, False] * 4,
        "when": pd.date_range("2024-01-01", periods=12),
        "_id": range(12),
    }
)
ROWS = raw_rows.conform(FRAME, raw_rows.kinds(FRAME))
TABLE, RUN = warehouse.table(ROWS), partial(warehouse.records, rows=ROWS)
KEEPING = [kind for kind, cls in STEPS.items() if cls.rows == "keep"]


@cache
def taught(kind: str, turn: int = 0) -> tuple[Step, Learned]:
    """The step with names of its own for what it makes, and what it learned of the rows."""
    step = example(STEPS[kind])
    if turn == 0:
        return step, at_work.learn(step, TABLE, RUN)
    own = {
        name: f"{kind} {turn}"
        for name, field in step.parameters().items()
        if input_kind(field) is InputKind.NEW_COLUMN or name == "prefix"
    }
    return step.model_copy(update=own), taught(kind)[1]


def after(steps: Sequence[tuple[Step, Learned]]) -> ir.Table:
    """The table after these steps. Raises MllError for one that does not fit to those before."""
    table = TABLE
    for step, learned in steps:
        step.check(table.schema())
        table = at_work.one_select(step, table, learned)
    return table


def placed(kind: str) -> list[ops.Node]:
    """What the step works out of a list item by item, with the places of the items."""
    found = after([taught(kind)]).op().find((ops.ArrayMap, ops.ArrayFilter))
    return [one for one in found if one.index is not None]


MAKING = ("group_rows", "map_rows", "reduce_numbers", "text_terms", "text_topics")
"""Those of them that make columns and change none."""


def test_where_a_list_is_worked_out_with_places_no_column_is_named() -> None:
    """Ibis writes places from 1 in all beneath such an expression, in the steps before as well."""
    found = {kind: placed(kind) for kind in KEEPING}
    assert {kind for kind in found if found[kind]} >= {*MAKING}
    reaching = {k for k, all_ in found.items() for one in all_ if one.body.find(ops.Relation)}
    assert not reaching


def test_steps_that_work_with_lists_make_together_what_each_makes_alone() -> None:
    chain = [taught(kind, turn) for turn, kind in enumerate((MAKING[-1], *MAKING), 1)]
    together = warehouse.arrow(warehouse.to_sql(after(chain)), ROWS)
    for one in chain:
        alone = warehouse.arrow(warehouse.to_sql(after([one])), ROWS)
        made = [name for name in alone.column_names if name not in ROWS.column_names]
        assert made
        assert together.select(made).equals(alone.select(made))


def test_any_step_compiles_after_any_other() -> None:
    pairs = [(one, other) for one in KEEPING for other in KEEPING]
    compiled = 0
    for one, other in random.Random(SEED).sample(pairs, amount(3, len(pairs))):
        steps = (taught(one, 1)[0], taught(other, 2)[0])
        try:
            prepared = Recipe(steps=steps).learn(TABLE, RUN)
        except MllError:  # the one leaves no such column to the other, which says so
            continue
        assert warehouse.to_sql(prepared.apply(TABLE)), steps
        compiled += 1
    assert compiled
