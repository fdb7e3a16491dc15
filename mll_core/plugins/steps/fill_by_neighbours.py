"""Fill missing values from similar rows."""

from collections import Counter
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import draws, lists
from mll_core.domain.columns import AnyColumn, NumericColumns
from mll_core.domain.literals import exact
from mll_core.domain.neighbours import nearest
from mll_core.domain.row_numbers import refuse
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class FillByNeighbours(Step):
    """Put what the most similar training rows have wherever ``column`` has none.

    In: a number or text ``column``, numbers ``by`` which rows are compared. Out: the same rows,
    numbers as float64: the mean of the nearest, of text the most frequent (or else the nearest).
    Columns count alike, each by its spread; those missing in either row are passed over. Where
    nothing can be compared: the mean or most frequent of all.
    Learned: at most ``among`` training rows with a value, drawn by their content: the value and the
    columns ``by``, with the standard deviation of each; and what fits all.
    Source: Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays; as
    scikit-learn's KNNImputer when ``among`` takes in all rows.
    """

    label: ClassVar[str] = "Fill missing values from similar rows (nearest neighbours)"
    topic: ClassVar[Topic] = Topic.MISSING
    also: ClassVar[str] = "impute empty null knn nearest similar"
    remembers: ClassVar[bool] = True
    kind: Literal["fill_by_neighbours"] = "fill_by_neighbours"
    column: AnyColumn = Field(description="Column to fill, numbers or text")
    by: NumericColumns = Field(min_length=1, description="Numbers by which rows are similar")
    neighbours: int = Field(5, ge=1, le=25, description="How many similar rows decide")
    among: int = Field(300, ge=10, le=2000, description="Training rows to compare with, at most")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        refuse(self.name(), schema, self.column, self.by, text=True)

    def learn(self, table: ir.Table) -> ir.Table:
        column = table[self.column]
        value = draws.known(column) if column.type().is_numeric() else column
        compared = [draws.known(table[name]).name(f"x{i}") for i, name in enumerate(self.by)]
        rows = table.select(value.name("value"), *compared)
        return draws.drawn(rows.filter(rows["value"].notnull()), self.among)

    def summarise(self, rows: Learned) -> Learned:
        import numpy as np

        rows = draws.each(rows, self.among)
        values = [row["value"] for row in rows]
        if not values:
            return ()
        found: dict[str, list[Any]] = {"widths": []}
        for i in range(len(self.by)):
            column = draws.finite([row[f"x{i}"] for row in rows])
            known = [number for number in column if number is not None]
            found["widths"].append(float(np.std(known or [0.0])) or 1.0)
            found[f"x{i}"] = [0.0 if number is None else number for number in column]
            if len(known) < len(column):
                found[f"known{i}"] = [float(number is not None) for number in column]
        if isinstance(values[0], str):
            counts = Counter(map(str, values))
            levels = sorted(counts, key=lambda level: (-counts[level], level))
            found |= {"levels": levels, "value": [levels.index(str(value)) for value in values]}
        else:
            found["value"] = [float(value or 0) for value in values]
        return lists.written(**found)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        column = table[self.column]
        values: Any = column.cast("float64") if column.type().is_numeric() else column
        if not learned:
            return table.mutate(values.name(self.column))
        found = lists.read(learned)
        record = {"value": lists.numbers(found["value"])}
        for i, name in enumerate(self.by):
            number = draws.bounded(table[name].cast("float64"))
            record |= {f"r{i}": number.fill_null(0.0), f"has{i}": number.notnull().cast("float64")}
            for part in (f"x{i}", f"known{i}"):
                record |= {part: lists.numbers(found[part])} if part in found else {}
        near = lists.named(record, lambda row: nearest(row, found, self.neighbours))
        if "levels" not in found:
            mean = exact(sum(found["value"]) / len(found["value"]))
            return table.mutate(ibis.coalesce(values, near, mean).name(self.column))
        usual = ibis.literal(found["levels"][0])
        filled = ibis.coalesce(values, lists.chosen(near, found["levels"]), usual)
        return table.mutate(filled.name(self.column))

    def sentence(self) -> str:
        by = " and ".join(map(repr, self.by))
        rows = f"the {self.neighbours} training rows most similar by {by}"
        return f"Fill missing {self.column!r} with what {rows} have."
