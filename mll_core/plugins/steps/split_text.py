"""Split text into columns."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, Prefix
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class SplitText(Step):
    """Cut ``column`` at a separator into several columns.

    In: a text ``column``. Out: the same rows and ``parts`` text columns more, named after
    ``column`` and numbered from 1, without white space around; a part that is not there or empty is
    NULL; the last holds all that is left. Learned: nothing.
    """

    label: ClassVar[str] = "Split text into columns"
    topic: ClassVar[Topic] = Topic.TEXT
    also: ClassVar[str] = "separate delimiter comma parts name columns"
    kind: Literal["split_text"] = "split_text"
    column: CategoricalColumn = Field(description="Column to split")
    separator: str = Field(",", min_length=1, max_length=20, description="Where to cut")
    parts: int = Field(2, ge=2, le=10, description="How many columns")
    prefix: Prefix = ""

    def makes(self) -> Iterator[tuple[str, str]]:
        for number in range(1, self.parts + 1):
            yield "column", f"{self.prefix}{self.column} {number}"

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        cut = "".join(f"\\x{{{ord(letter):04X}}}" for letter in self.separator)
        rest = r"((?s:.*?))"
        new = {}
        for number, (_, name) in enumerate(self.makes(), 1):
            before = f"(?s:.*?){cut}" * (number - 1)
            end = "$" if number == self.parts else f"(?:{cut}|$)"
            part = table[self.column].re_extract(f"^{before}{rest}{end}", 1)
            new[name] = part.strip().nullif("")
        return table.mutate(**new)

    def sentence(self) -> str:
        return f"Split {self.column!r} at {self.separator!r} into {self.parts} columns."
