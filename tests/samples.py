"""Rows and instances that the tests of steps use."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from mll_core.catalog import STEPS
from mll_core.domain.columns import ColumnKind, InputKind
from mll_core.domain.plugin import Plugin, column_kind, input_kind
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.table_step import TableStep
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.recipe_transformer import RecipeTransformer

AWKWARD = pd.DataFrame(
    {
        'in "come': [1.5, None, -3.0, float("inf"), 1e300],
        "self": ["  x y ", None, "", "ü\u00a0", "x y"],
        "größe `1`": [True, None, False, True, True],
        "when": pd.to_datetime(["2024-02-29", None, "1970-01-01", "2100-12-31", "2024-02-29"]),
        "_id": [0, 1, 2, 3, 4],
    }
)
COLUMN = {
    ColumnKind.ANY: "self",
    ColumnKind.CATEGORICAL: "self",
    ColumnKind.NUMERIC: 'in "come',
    ColumnKind.TIME: "when",
}
INPUT: dict[InputKind, Any] = {
    InputKind.FORMULA: '`in "come` > 0 or self == "x y"',
    InputKind.NEW_COLUMN: 'my "new" column\'s',
    InputKind.PAIRS: {"": None, "x y": "it's"},
    InputKind.SOURCE: "other.csv",
    InputKind.MATCHES: {"self": "self"},
    InputKind.VALUES: ("x y", "", "it's"),
}
CHOICES = {
    "fill_missing": {"how": "mode"},
    "fill_by_model": {"column": 'in "come', "by": ("self", "größe `1`")},
    "join_table": {"several": "first"},
    "repair_by_group": {"by": ("größe `1`",)},
    "sort_rows": {"first": 3},
}
OTHER = raw_rows.conform(AWKWARD.drop(columns="_id"), raw_rows.kinds(AWKWARD.drop(columns="_id")))
"""What the other table holds, of steps that read one."""


def example(cls: type[Plugin], **values: object) -> Any:
    """An instance with its defaults; columns picked from AWKWARD, the rest by kind of input."""
    values = {**CHOICES.get(cls.name(), {}), **values}
    for name, field in cls.parameters().items():
        if field.default is None:
            continue
        if kind := column_kind(field):
            values.setdefault(name, COLUMN[kind] if field.annotation is str else (COLUMN[kind],))
        elif (asked := input_kind(field)) and field.is_required():
            values.setdefault(name, INPUT[asked])
    return cls.of(**values)


def others(folder: Path) -> dict[str, Path]:
    """The other table as a file, by its address."""
    return {"other.csv": parquet(folder, OTHER, "other")}


def told(step: Step) -> Step:
    """The step, told of its other table."""
    columns = {"other.csv": warehouse.table(OTHER).schema()}
    return step.given(columns) if isinstance(step, TableStep) else step


def beside(step: Step) -> dict[str, pa.Table]:
    """Its other table by the name a query calls it."""
    return {step.called(s): OTHER for s in step.sources()} if isinstance(step, TableStep) else {}


def read_steps(items: Any) -> tuple[Step, ...]:
    """Steps from plain data, as the document reads them."""
    return tuple(STEPS[item["kind"]].of(**item) for item in items)


def replay(step: Step, **columns: list[Any]) -> dict[str, list[Any]]:
    """The columns after one step that learned on these very rows; NaN as None."""
    frame = RecipeTransformer(Recipe(steps=(step,))).fit_transform(pd.DataFrame(columns))
    return frame.astype(object).where(frame.notna(), None).to_dict("list")


def shaped(step: Step, rows: pd.DataFrame, other: pd.DataFrame | None = None) -> pd.DataFrame:
    """The rows after one step that shapes them; ``other``: what its other table holds."""
    table = raw_rows.conform(rows, raw_rows.kinds(rows))
    tables = {}
    if isinstance(step, TableStep) and other is not None:
        beside = raw_rows.conform(other, raw_rows.kinds(other))
        (source,) = step.sources()
        step = step.given({source: warehouse.table(beside).schema()})
        tables = {step.called(source): beside}
    step.check(warehouse.table(table).schema())
    query = warehouse.to_sql(step.apply(warehouse.table(table), ()))
    return warehouse.frame(query, table, **tables)


def again(fitted: RecipeTransformer) -> RecipeTransformer:
    """A copy that went through JSON."""
    return RecipeTransformer.from_state(json.loads(json.dumps(fitted.state())), read_steps)


def parquet(folder: Path, rows: pd.DataFrame | pa.Table, name: str = "rows") -> Path:
    """The rows as a Parquet file."""
    path = folder / f"{name}.parquet"
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
    warehouse.write("SELECT * FROM rows", table, path)
    return path
