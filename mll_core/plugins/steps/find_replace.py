"""Find and replace within text."""

import re
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mll_core.domain.columns import CategoricalColumn
from mll_core.domain.patterns import groups
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class FindReplace(Step):
    """Replace a piece of text wherever it stands in ``column``.

    In: a text ``column``. Out: the same rows, ``column`` as text; NULL stays NULL. With ``pattern``
    the text to find is a regular expression (RE2), and \\1 in the new text is its first group.
    Learned: nothing.
    """

    label: ClassVar[str] = "Find and replace text"
    topic: ClassVar[Topic] = Topic.TEXT
    also: ClassVar[str] = "substitute regex pattern remove change part characters"
    kind: Literal["find_replace"] = "find_replace"
    column: CategoricalColumn = Field(description="Column to change")
    find: str = Field("-", min_length=1, max_length=200, description="Text to find")
    put: str = Field("", max_length=200, description="Text to put in its place")
    pattern: bool = Field(False, description="The text to find is a regular expression")

    @model_validator(mode="after")
    def _readable(self) -> "FindReplace":
        if self.pattern:
            found = groups(self.find)
            asked = [int(number) for number in re.findall(r"\\(\d)", self.put)]
            if max(asked, default=0) > found:
                what = f"the text to put names group {max(asked)}, there are {found}"
                raise PydanticCustomError("pattern", "{what}", {"what": what})
        return self

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        text = table[self.column]
        if self.pattern:
            changed = text.re_replace(self.find, self.put)
        else:
            changed = text.replace(self.find, self.put)
        return table.mutate(changed.name(self.column))

    def sentence(self) -> str:
        what = f"what matches {self.find!r}" if self.pattern else repr(self.find)
        by = f"by {self.put!r}" if self.put else "by nothing"
        return f"In {self.column!r}, replace {what} {by}."
