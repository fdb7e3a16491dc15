"""Fill missing values by what the other columns tell."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import draws, learned_trees, lists
from mll_core.domain.columns import AnyColumn, Columns
from mll_core.domain.literals import exact
from mll_core.domain.row_numbers import RowNumbers, refuse
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_MOST = 5_000


class FillByModel(Step):
    """Put what a small model expects from other columns wherever ``column`` has no value.

    In: a number or text ``column``, and the columns ``by`` which it is told (numbers, text, true or
    false). Out: the same rows, numbers as float64; of text the most likely. A missing number in
    ``by`` counts as the middle one; of a text the 12 most frequent values count.
    Learned: from at most 5,000 training rows with a value, drawn by their content: the middle of
    each number, the values of each text, and a tree as lists, or a weight per number (``line``:
    ridge regression, for numbers only). Nothing is filled when there was no value.
    Source: van Buuren & Groothuis-Oudshoorn (2011), mice; scikit-learn's DecisionTree and Ridge.
    """

    label: ClassVar[str] = "Fill missing values by a model"
    topic: ClassVar[Topic] = Topic.MISSING
    also: ClassVar[str] = "impute empty null predict regression"
    kind: Literal["fill_by_model"] = "fill_by_model"
    column: AnyColumn = Field(description="Column to fill, numbers or text")
    by: Columns = Field(min_length=1, description="Columns that tell what is missing")
    how: Literal["tree", "line"] = Field("tree", description="A small tree, or a weighted sum")
    leaves: int = Field(16, ge=2, le=64, description="Cases that a tree tells apart, at most")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        refuse(self.name(), schema, self.column, self.by, text=self.how == "tree")
        RowNumbers.check(schema, self.by, "fill_by_model.by")

    def learn(self, table: ir.Table) -> ir.Table:
        column = table[self.column]
        value = draws.known(column) if column.type().is_numeric() else column
        told = [RowNumbers.asked(table[name]).name(f"x{i}") for i, name in enumerate(self.by)]
        rows = table.select(value.name("value"), *told)
        return draws.drawn(rows.filter(rows["value"].notnull()), _MOST)

    def summarise(self, rows: Learned) -> Learned:
        import numpy as np

        rows = draws.each(rows, _MOST)
        values = [row["value"] for row in rows]
        if not values:
            return ()
        numbers = RowNumbers.learned([[row[f"x{i}"] for row in rows] for i in range(len(self.by))])
        matrix = numbers.matrix
        if isinstance(values[0], str):
            levels = sorted(set(map(str, values)))
            model = self._tree(matrix, [levels.index(str(value)) for value in values], likely=True)
            return lists.written(levels=levels, **numbers.plain, **model)
        truth = np.array(values, dtype=float)
        if self.how == "tree":
            return lists.written(**numbers.plain, **self._tree(matrix, truth, likely=False))
        return lists.written(**numbers.plain, **_line(matrix, truth))

    def _tree(self, matrix: Any, truth: Any, *, likely: bool) -> dict[str, list[Any]]:
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        cls = DecisionTreeClassifier if likely else DecisionTreeRegressor
        small = {"max_depth": 7, "min_samples_leaf": 5, "random_state": 0}
        tree = cls(max_leaf_nodes=self.leaves, **small).fit(matrix, truth).tree_
        return learned_trees.flattened([tree], _likely if likely else _mean)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        values: Any = column.cast("float64") if column.type().is_numeric() else column
        if not learned:
            return table.mutate(values.name(self.column))
        found = lists.read(learned)
        told = RowNumbers.read([table[name] for name in self.by], found)
        if "weight" in found:
            expected = exact(found["start"][0])
            for number, weight in zip(told, found["weight"], strict=True):
                expected += number * exact(weight)
        else:
            expected = learned_trees.walked(found, told)
        if "levels" in found:
            expected = lists.chosen(expected, found["levels"])
        return table.mutate(ibis.coalesce(values, expected).name(self.column))

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.by))
        model = "tree" if self.how == "tree" else "line"
        return f"Fill missing {self.column!r} with what a small {model} expects from {by}."


def _line(matrix: Any, truth: Any) -> dict[str, list[Any]]:
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    scaler = StandardScaler().fit(matrix)
    with threadpool_limits(1):  # sums of several threads differ in their last digits
        line = Ridge(alpha=1.0, solver="cholesky").fit(scaler.transform(matrix), truth)
    weights = line.coef_ / scaler.scale_
    return {"weight": [*weights], "start": [line.intercept_ - float(weights @ scaler.mean_)]}


def _mean(tree: Any) -> Any:
    return tree.value[:, 0, 0]


def _likely(tree: Any) -> Any:
    return tree.value[:, 0, :].argmax(axis=1)
