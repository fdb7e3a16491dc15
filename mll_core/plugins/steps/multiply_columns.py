"""Products of columns."""

from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NumericColumns
from mll_core.domain.step import Learned, Step


class MultiplyColumns(Step):
    """Make columns of the products of numbers, so that straight-line models can bend.

    In: two to ten numeric ``columns``. Out: the same rows and a column per pair, ``<a> x <b>``,
    float64, with ``squares`` also each with itself; a missing part gives NULL. Learned: nothing.
    """

    label: ClassVar[str] = "Products of columns"
    kind: Literal["multiply_columns"] = "multiply_columns"
    columns: NumericColumns = Field(
        min_length=1, max_length=10, description="Columns to multiply with each other"
    )
    squares: bool = Field(True, description="Also each with itself")

    def makes(self) -> Iterator[tuple[str, str]]:
        for one, other in self._pairs():
            yield "columns", f"{one} x {other}"

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        new = {
            f"{one} x {other}": table[one].cast("float64") * table[other].cast("float64")
            for one, other in self._pairs()
        }
        return table.mutate(**new) if new else table

    def sentence(self) -> str:
        squares = ", and each with itself" if self.squares else ""
        return f"Make the products of {' and '.join(map(repr, self.columns))}{squares}."

    def _pairs(self) -> Iterator[tuple[str, str]]:
        names = dict.fromkeys(self.columns)
        for one, other in combinations_with_replacement(names, 2):
            if self.squares or one != other:
                yield one, other
