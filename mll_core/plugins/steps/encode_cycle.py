"""Encode what comes round again."""

import math
from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NumericColumn, Prefix
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class EncodeCycle(Step):
    """Make two columns of a number that comes round again, so that 23 h lies beside 0 h.

    In: a numeric ``column``: an hour (period 24), a weekday (7), a month (12), an angle (360). Out:
    the same rows, two columns more, float64 from -1 to 1: its sine and its cosine; NULL for NULL
    and for infinite values. Learned: nothing.
    """

    label: ClassVar[str] = "Encode what comes round again"
    topic: ClassVar[Topic] = Topic.DATES
    also: ClassVar[str] = "sine cosine hour month weekday circular cyclic season"
    kind: Literal["encode_cycle"] = "encode_cycle"
    column: NumericColumn = Field(description="Column such as hour or month")
    period: float = Field(24, gt=0, ge=0.001, le=1e6, description="After how much it starts anew")
    prefix: Prefix = ""

    def makes(self) -> Iterator[tuple[str, str]]:
        yield "column", f"{self.prefix}{self.column} sine"
        yield "column", f"{self.prefix}{self.column} cosine"

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        values = table[self.column].cast("float64")
        for endless in (math.inf, -math.inf):
            values = values.nullif(endless)
        # The remainder first: the sine of a huge number is noise, and on some engines an error.
        angle = (values % exact(self.period)) * exact(2 * math.pi / self.period)
        sine, cosine = (name for _, name in self.makes())
        return table.mutate(angle.sin().name(sine), angle.cos().name(cosine))

    def sentence(self) -> str:
        return f"Make sine and cosine of {self.column!r}, which comes round after {self.period:g}."
