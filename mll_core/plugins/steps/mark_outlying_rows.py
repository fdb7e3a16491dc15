"""Mark outlying rows."""

from collections.abc import Iterator
from math import log
from statistics import median
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import draws, learned_trees, lists
from mll_core.domain.columns import NewColumn, NumericColumns
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_MOST = 5_000
_SLACK = 1e-9


class MarkOutlyingRows(Step):
    """Mark rows that are easily told from all others, looking at several columns at once.

    Such as a young age with a long career, each of which is usual by itself.
    In: numeric ``columns``. Out: the same rows, one column more: whether the row stands out
    (boolean), or how much, from 0 to 1 (float64). A missing value counts as the middle one.
    Learned: an isolation forest from at most 5,000 training rows, drawn by their content: its trees
    as lists, the ``middle`` of each column, and the ``limit`` above which the ``share`` of those
    rows lies. Nothing is learned from a column without values.
    Source: Liu, Ting & Zhou (2008), Isolation Forest; the score is scikit-learn's with the sign
    turned.
    """

    label: ClassVar[str] = "Mark outliers by several columns (isolation forest)"
    topic: ClassVar[Topic] = Topic.ODD
    also: ClassVar[str] = "extreme flag anomaly unusual strange"
    kind: Literal["mark_outlying_rows"] = "mark_outlying_rows"
    columns: NumericColumns = Field(min_length=1, description="Columns to look at together")
    what: Literal["mark", "score"] = Field("mark", description="Yes or no, or how much from 0 to 1")
    share: float = Field(0.01, ge=0.0001, le=0.5, description="Share of the rows to mark")
    trees: int = Field(40, ge=10, le=100, description="Number of trees: more are steadier, slower")
    rows_each: int = Field(64, ge=8, le=256, description="Rows that each tree is made from")
    to: NewColumn = Field("outlying", description="Name of the new column")

    def learn(self, table: ir.Table) -> ir.Table:
        values = [draws.known(table[name]).name(f"x{i}") for i, name in enumerate(self.columns)]
        return draws.drawn(table.select(values), _MOST)

    def summarise(self, rows: Learned) -> Learned:
        import numpy as np
        from sklearn.ensemble import IsolationForest

        rows = draws.each(rows, _MOST)
        columns = [draws.finite([row[f"x{i}"] for row in rows]) for i in range(len(self.columns))]
        seen = [[value for value in column if value is not None] for column in columns]
        if len(rows) < 2 or not all(seen):  # noqa: PLR2004 - one row is not told from another
            return ()
        middle = [median(values) for values in seen]
        filled = [
            [usual if value is None else value for value in column]
            for column, usual in zip(columns, middle, strict=True)
        ]
        forest = IsolationForest(
            n_estimators=self.trees,
            max_samples=min(self.rows_each, len(rows)),
            contamination=self.share,
            random_state=0,
        )
        forest.fit(np.array(filled, dtype=float).T)
        found = learned_trees.flattened([one.tree_ for one in forest.estimators_], _path)
        usual = len(forest.estimators_) * _expected(forest.max_samples_)
        limit = float(-forest.offset_) + _SLACK  # a row of this very score is not beyond it
        return lists.written(middle=middle, usual=[usual], limit=[limit], **found)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        if not learned:
            first = table[self.columns[0]]
            nothing = first.isnull() & first.notnull()
            kind = "boolean" if self.what == "mark" else "float64"
            return table.mutate(nothing.cast(kind).name(self.to))
        found = lists.read(learned)
        values = [
            draws.bounded(table[name].cast("float64")).fill_null(exact(middle))
            for name, middle in zip(self.columns, found["middle"], strict=True)
        ]
        length = learned_trees.walked(found, values)
        score = exact(2.0) ** (-length / exact(found["usual"][0]))
        marked = score > exact(found["limit"][0])
        return table.mutate((marked if self.what == "mark" else score).name(self.to))

    def makes(self) -> Iterator[tuple[str, str]]:
        yield "to", self.to

    def sentence(self) -> str:
        columns = " and ".join(map(repr, self.columns))
        what = "whether a row stands" if self.what == "mark" else "how much a row stands"
        return f"Add {self.to!r}: {what} apart from the others by {columns} together."


def _path(tree: Any) -> Any:
    """How long the way to each node is, with what the rows left in it would have added."""
    left = [_expected(int(count)) for count in tree.n_node_samples]
    return tree.compute_node_depths() - 1 + left


def _expected(rows: int) -> float:
    """The mean length of a way in a search tree of that many rows."""
    if rows <= 2:  # noqa: PLR2004
        return float(max(rows - 1, 0))
    return 2.0 * (log(rows - 1.0) + 0.5772156649015329) - 2.0 * (rows - 1.0) / rows
