"""Random recipes of steps that go with a model, over rows of every kind."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st
from samples import example

from mll_core.catalog import STEPS
from mll_core.domain.errors import MllError
from mll_core.domain.plugin import column_kind
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.infra import raw_rows, warehouse

KEEPING = {kind: cls for kind, cls in STEPS.items() if cls.rows == "keep"}
NUMBERS = [0.1, 1 / 3, -0.0, 7.0, 1e-300, 123456789.125, -2.5, float("nan"), 1e15, 5.0]
TEXTS = ["a", "b", " b ", "", "Straße", "é", "e\u0301", "3.5 kg", "1,234.50", "2024-02-29", None]
STRANGE = ["never seen", "ß", "\u00a0x", "12", "31.12.1999", "true"]


def rows(n: int, seed: int, *, strange: bool = False) -> pa.Table:
    """``n`` rows with gaps; ``strange``: also values that no training row has."""
    chance = np.random.default_rng(seed)
    texts = [*TEXTS, *(STRANGE if strange else ())]
    numbers = [*NUMBERS, *((float("inf"), -float("inf"), 1e308) if strange else ())]
    frame = pd.DataFrame(
        {
            'in "come': chance.choice(np.array(numbers), n),
            "width": np.where(chance.random(n) < 0.2, np.nan, chance.normal(size=n)),
            "self": chance.choice(np.array(texts, dtype=object), n),
            "kind of": chance.choice(np.array(["x", "y", "z", None], dtype=object), n),
            "größe `1`": chance.choice(np.array([True, False, None], dtype=object), n),
            "when": pd.Timestamp("2020-02-28") + pd.to_timedelta(chance.integers(0, 9**9, n), "us"),
            "_id": np.arange(n, dtype=float),
        }
    )
    frame.loc[frame.index % 7 == 3, "when"] = pd.NaT
    return raw_rows.conform(frame, raw_rows.kinds(frame))


@st.composite
def recipes(draw: st.DrawFn, learned_on: pa.Table, first: str | None = None) -> Recipe:
    """Up to five steps that fit, one after the other, each over columns that are there by then."""
    kinds = st.lists(st.sampled_from(sorted(KEEPING)), min_size=1, max_size=5)
    recipe, table = Recipe(), warehouse.table(learned_on)
    for place, kind in enumerate([*([first] if first else ()), *draw(kinds)]):
        step = _fitting(draw, KEEPING[kind], table.schema(), place)
        try:
            longer = Recipe(steps=(*recipe.steps, step)) if step else recipe
            run = partial(warehouse.records, rows=learned_on)
            table = longer.learn(warehouse.table(learned_on), run).apply(
                warehouse.table(learned_on)
            )
            recipe = longer
        except MllError:  # a step before it left nothing that it can work on
            continue
    return recipe


def _fitting(draw: st.DrawFn, cls: type[Step], schema: Any, place: int) -> Step | None:
    chosen: dict[str, Any] = {}
    for name, field in cls.parameters().items():
        kind = column_kind(field)
        fit = [
            column for column in schema if kind and column != "_id" and kind.accepts(schema[column])
        ]
        if kind and not fit:
            return None
        if kind and (field.is_required() or field.annotation is str):
            column = draw(st.sampled_from(fit))
            chosen[name] = column if field.annotation is str else (column,)
    for name in ("into", "to"):
        if name in cls.parameters():
            chosen[name] = f"made {place}"
    try:
        step: Step = example(cls, **chosen)
        step.check(schema)
    except MllError:
        return None
    return step
