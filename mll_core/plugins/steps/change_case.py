"""Change the case of text."""

from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ChangeCase(Step):
    """Write text in small letters, in capitals, or each word with a capital.

    In: a text ``column``. Out: the same rows, ``column`` as text; NULL stays NULL. Words are what
    single spaces part. Learned: nothing.
    """

    label: ClassVar[str] = "Change upper and lower case"
    topic: ClassVar[Topic] = Topic.TEXT
    also: ClassVar[str] = "upper lower capital letters uppercase lowercase title"
    kind: Literal["change_case"] = "change_case"
    column: CategoricalColumn = Field(description="Column to write anew")
    case: Literal["lower", "upper", "title"] = Field("lower", description="How it is written")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        text = table[self.column]
        if self.case == "title":
            changed = text.split(" ").map(lambda word: word.capitalize()).join(" ")
            changed = (text == "").ifelse("", changed)
        else:
            changed = text.lower() if self.case == "lower" else text.upper()
        return table.mutate(changed.name(self.column))

    def sentence(self) -> str:
        how = {"lower": "in small letters", "upper": "in capitals", "title": "In Title Case"}
        return f"Write {self.column!r} {how[self.case]}."
