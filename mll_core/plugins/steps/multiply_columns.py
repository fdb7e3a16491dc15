"""Products of columns."""

from collections.abc import Iterator
from functools import reduce
from itertools import combinations, combinations_with_replacement
from operator import mul
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NumericColumns, Prefix
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class MultiplyColumns(Step):
    """Make columns of the products of numbers, so that straight-line models can bend.

    In: one to ten numeric ``columns``. Out: the same rows and a column per pair, ``<a> x <b>``,
    float64, with ``squares`` also each with itself, with three ``factors`` also per three; a
    missing part gives NULL. Learned: nothing. Source: scikit-learn, PolynomialFeatures.
    """

    label: ClassVar[str] = "Products of columns"
    topic: ClassVar[Topic] = Topic.COMPUTED
    also: ClassVar[str] = "interaction polynomial product square power times"
    kind: Literal["multiply_columns"] = "multiply_columns"
    columns: NumericColumns = Field(
        min_length=1, max_length=10, description="Columns to multiply with each other"
    )
    squares: bool = Field(True, description="Also each with itself")
    factors: int = Field(2, ge=2, le=3, description="How many are multiplied at most")
    prefix: Prefix = ""

    def makes(self) -> Iterator[tuple[str, str]]:
        for names in self._products():
            yield "columns", self._name(names)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        new = {
            self._name(names): reduce(mul, (table[name].cast("float64") for name in names))
            for names in self._products()
        }
        return table.mutate([value.name(name) for name, value in new.items()]) if new else table

    def sentence(self) -> str:
        squares = ", and each with itself" if self.squares else ""
        products = "products" if self.factors == 2 else "products of up to three"  # noqa: PLR2004
        return f"Make the {products} of {' and '.join(map(repr, self.columns))}{squares}."

    def _name(self, names: tuple[str, ...]) -> str:
        return f"{self.prefix}{' x '.join(names)}"

    def _products(self) -> Iterator[tuple[str, ...]]:
        names = dict.fromkeys(self.columns)
        draw = combinations_with_replacement if self.squares else combinations
        for factors in range(2, self.factors + 1):
            yield from draw(names, factors)
