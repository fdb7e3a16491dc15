"""A recipe as a transformer in the manner of scikit-learn.

It lives in infra because two stages need it, train and deploy, and stages do not know each other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from mll_core.domain.errors import NotReady
from mll_core.domain.recipe import PreparedRecipe, Recipe
from mll_core.domain.step import Step
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.raw_rows import Kind

FEW = 200
"""Up to so many rows the plan of the query costs more than its run."""
ReadSteps = Callable[[Sequence[Mapping[str, Any]]], tuple[Step, ...]]
"""Builds steps from plain data: only the catalog knows the classes."""
_OUT: Mapping[Kind, Kind] = {
    "number": "number",
    "boolean": "number",
    "text": "text",
    "time": "time",
}


class RecipeTransformer:
    """Learns the recipe on the rows ``fit`` is given, and on no others; replays it on any rows.

    Steps that drop rows are left out: they chose the rows before the split. Columns named in
    ``excluded`` do not come out, and need not be sent unless a step makes something else of them.
    Fitted: ``kinds_`` (the raw columns needed, and of what kind), ``prepared_`` (what was
    learned), ``sql_`` (the one query; empty when there is nothing to do), ``columns_`` (what comes
    out, and of what kind). It holds no connection, so it can be cloned, copied and used by many
    threads.
    """

    def __init__(self, recipe: Recipe, excluded: Iterable[str] = ()) -> None:
        self.recipe = recipe
        self.excluded = excluded

    def fit(self, X: pd.DataFrame | pa.Table | Path, y: Any = None) -> Self:
        """Learn from X (n_rows, n_columns), a file: a Parquet file of rows that conform already.

        Raises UnknownColumn, WrongColumnKind, UnfitRows.
        """
        hidden = frozenset(self.excluded)
        kinds = raw_rows.kinds(X)
        replayed = self.recipe.replayed
        if not replayed.steps:
            self.kinds_ = {name: kind for name, kind in kinds.items() if name not in hidden}
            self.prepared_ = PreparedRecipe(recipe=replayed, learned=())
            self.unused_: dict[str, Kind] = {}
            self.sql_, self.columns_ = "", {name: _OUT[kind] for name, kind in self.kinds_.items()}
            return self
        rows = X if isinstance(X, Path) else raw_rows.conform(X, kinds)
        table = warehouse.table(rows)
        self.prepared_ = replayed.learn(table, partial(warehouse.records, rows=rows))
        after = self.prepared_.apply(table)
        shown = [name for name in after.columns if name not in hidden]
        needed = _origins(after.op(), shown)
        self.kinds_ = {name: kind for name, kind in kinds.items() if name in needed}
        self.unused_ = {name: kind for name, kind in kinds.items() if name not in needed}
        out = _as_they_come_out(after, shown)
        self.sql_ = warehouse.to_sql(out)
        self.columns_ = {name: _kind(dtype) for name, dtype in out.schema().items()}
        return self

    def transform(self, X: pd.DataFrame | pa.Table) -> pd.DataFrame:
        """Replay on X (n_rows, at least the columns needed): same rows, order and index.

        Numbers and booleans come out as float64, text as str, times as datetime64[us], whatever
        this batch holds, or one row would not score as it does among many. Raises UnfitRows.
        """
        frame: pd.DataFrame = self.transform_arrow(X).to_pandas()
        return frame.set_axis(X.index) if isinstance(X, pd.DataFrame) else frame

    def fit_transform(self, X: pd.DataFrame | pa.Table, y: Any = None) -> pd.DataFrame:
        """Learn from X, then replay on it."""
        return self.fit(X, y).transform(X)

    def transform_arrow(self, X: pd.DataFrame | pa.Table) -> pa.Table:
        """The same rows as an Arrow table, without a copy in pandas: for many rows."""
        if not hasattr(self, "kinds_"):
            message = "The recipe has not learned from any rows yet."
            raise NotReady(message, hint="Call fit first.")
        rows = raw_rows.conform(X, self.kinds_)
        if self.sql_:
            for (
                name,
                kind,
            ) in self.unused_.items():  # the query names them, no result depends on them
                rows = rows.append_column(name, pa.nulls(len(rows), raw_rows.ARROW[kind]))
            if len(rows) <= FEW:
                return warehouse.few(self.sql_, rows, self._schema())
            return warehouse.arrow(self.sql_, rows)
        return rows.cast(self._schema())

    def state(self) -> dict[str, Any]:
        """All of it as plain JSON data; ``from_state`` gives back one that does the same."""
        prepared = self.prepared_.model_dump(mode="json")
        return {
            "recipe": [step.plain() for step in self.recipe.running.steps],
            "excluded": sorted(self.excluded),
            "learned": prepared["learned"],
            "kinds": [[name, kind] for name, kind in self.kinds_.items()],
            "unused": [[name, kind] for name, kind in self.unused_.items()],
            "columns": [[name, kind] for name, kind in self.columns_.items()],
            "sql": self.sql_,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], read_steps: ReadSteps) -> Self:
        """The transformer that ``state`` was taken of; nothing is learned or compiled again."""
        new = cls(Recipe(steps=read_steps(state["recipe"])), tuple(state["excluded"]))
        new.prepared_ = PreparedRecipe(recipe=new.recipe.replayed, learned=state["learned"])
        new.kinds_ = dict(map(tuple, state["kinds"]))
        new.unused_ = dict(map(tuple, state["unused"]))
        new.columns_ = dict(map(tuple, state["columns"]))
        new.sql_ = state["sql"]
        return new

    def _schema(self) -> pa.Schema:
        return pa.schema([(name, raw_rows.ARROW[kind]) for name, kind in self.columns_.items()])

    def get_params(self, deep: bool = False) -> dict[str, Any]:
        """The constructor's arguments, so that scikit-learn can clone it."""
        return {"recipe": self.recipe, "excluded": self.excluded}


def _kind(dtype: dt.DataType) -> Kind:
    if dtype.is_string():
        return "text"
    return "time" if dtype.is_timestamp() else "number"


def _as_they_come_out(table: ir.Table, names: Iterable[str]) -> ir.Table:
    """The columns ``names``: numbers and booleans as float64, the rest as text or timestamp."""
    columns = []
    for name in names:
        column, dtype = table[name], table[name].type()
        if dtype.is_numeric() or dtype.is_boolean():
            column = column.cast("float64")
        elif dtype.is_timestamp() or dtype.is_date():
            column = column.cast("timestamp(6)")
        else:
            column = column.cast("string")
        columns.append(column.name(name))
    return table.select(columns)


def _origins(relation: ops.Relation, names: Iterable[str]) -> set[str]:
    """The raw columns on which the columns ``names`` of ``relation`` depend."""
    wanted = set(names)
    if isinstance(relation, ops.UnboundTable):
        return wanted
    if isinstance(relation, ops.Project):
        fields = [
            field for name in wanted for field in relation.values[name].find(ops.Field, ops.Value)
        ]
        wanted = {field.name for field in fields}
    elif not isinstance(relation, ops.SelfReference | ops.DropColumns):
        wanted = set(relation.parent.schema.names)  # a filter or a sort looks at any column
    return _origins(relation.parent, wanted)
