"""Missing in disguise to missing."""

from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import Columns
from mll_core.domain.disguises import MARKS
from mll_core.domain.literals import exact
from mll_core.domain.provenance import shown
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ClearDisguised(Step):
    """Make missing what only stands for it: ``?`` and ``N/A`` in text, codes such as -1 and 999.

    In: any columns. Out: the same rows; in text columns each of ``texts`` becomes NULL, compared
    without case and blanks around it; in number columns (then float64) each of ``codes``. Other
    columns stay as they are. Learned: nothing.
    """

    label: ClassVar[str] = "Missing in disguise to missing"
    topic: ClassVar[Topic] = Topic.MISSING
    also: ClassVar[str] = "unknown n/a null empty placeholder 999 -1 question mark code"
    unlearned: ClassVar[str] = "name the columns it looks at"
    kind: Literal["clear_disguised"] = "clear_disguised"
    columns: Columns = Field((), description="Columns to look at; none means all of them")
    texts: tuple[str, ...] = Field(MARKS, description="Texts that mean missing")
    codes: tuple[float, ...] = Field((), description="Numbers that mean missing, such as -1 or 999")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        marks = sorted({text.strip().lower() for text in self.texts})
        new = []
        for name in self.columns or shown(table):
            column, dtype = table[name], table[name].type()
            if dtype.is_string() and marks:
                marked = column.strip().lower().isin(marks)
                new.append(marked.ifelse(ibis.null(dtype), column).name(name))
            elif dtype.is_numeric() and self.codes:
                number = column.cast("float64")
                marked = number.isin([exact(code) for code in self.codes])
                new.append(marked.ifelse(ibis.null("float64"), number).name(name))
        return table.mutate(new) if new else table

    @property
    def changes(self) -> frozenset[str] | None:
        return frozenset(self.columns) if self.columns else None

    def sentence(self) -> str:
        columns = " and ".join(map(repr, self.columns)) or "all columns"
        texts = ", ".join(repr(text) for text in self.texts)
        codes = ", ".join(f"{code:g}" for code in self.codes)
        said = " and ".join(part for part in (texts, codes) if part) or "nothing"
        return f"In {columns}, make missing what only stands for it: {said}."
