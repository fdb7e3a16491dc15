"""State a unit."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NumericColumns
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic
from mll_core.domain.units import UnitName


class StateUnit(Step):
    """Say in which unit numbers are, so that formulas can convert them and refuse to mix them.

    In: numeric ``columns``. Out: the same rows and values. Formulas of later steps know the unit.
    Learned: nothing.
    """

    label: ClassVar[str] = "Say in which unit numbers are"
    topic: ClassVar[Topic] = Topic.READING
    also: ClassVar[str] = "kg cm hours measure convert declare weight length"
    kind: Literal["state_unit"] = "state_unit"
    columns: NumericColumns = Field(min_length=1, description="Columns in that unit")
    unit: UnitName = Field("kg", description="The unit they are in")

    @property
    def changes(self) -> frozenset[str]:
        return frozenset()

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        return {**known, **dict.fromkeys(self.columns, self.unit)}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        return table

    def sentence(self) -> str:
        one = len(self.columns) == 1
        return f"{' and '.join(map(repr, self.columns))} {'is' if one else 'are'} in {self.unit}."
