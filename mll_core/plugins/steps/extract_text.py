"""Extract a part of text into a new column."""

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field, field_validator

from mll_core.domain.columns import CategoricalColumn, NewColumn
from mll_core.domain.patterns import groups
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ExtractText(Step):
    """Take the part of ``column`` that matches a pattern into a column of its own.

    In: a text ``column``. Out: the same rows, one text column more: what the first group of the
    pattern (the whole of it when it has none) matches first; NULL where nothing matches or matches
    emptily. Regular expressions are RE2's. Learned: nothing.
    """

    label: ClassVar[str] = "Extract a part of text"
    topic: ClassVar[Topic] = Topic.TEXT
    also: ClassVar[str] = "regex pattern part digits code find take out"
    kind: Literal["extract_text"] = "extract_text"
    column: CategoricalColumn = Field(description="Column to look into")
    pattern: str = Field(
        "([0-9]+)", min_length=1, max_length=200, description="Regular expression of the part"
    )
    into: NewColumn = Field(description="Name of the new column")

    @field_validator("pattern")
    @classmethod
    def _readable(cls, pattern: str) -> str:
        groups(pattern)
        return pattern

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        group = min(1, groups(self.pattern))
        part = table[self.column].re_extract(self.pattern, group).nullif("")
        return table.mutate(part.name(self.into))

    def sentence(self) -> str:
        return f"Make {self.into!r} of what matches {self.pattern!r} in {self.column!r}."
