"""Make rows of a list."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn
from mll_core.domain.staging import unused
from mll_core.domain.step import Learned, Rows, Step
from mll_core.domain.topic import Topic


class ExplodeList(Step):
    """Make a row of each item of a list that stands in a text column.

    In: a text ``column``: items with a separator between them, or a JSON list such as
    ``["a", "b"]``. Out: the same columns, a row per item, in their order; the item stands in
    ``column``, without white space around. Empty items are left out; a row without any item stays,
    with NULL, and so does one whose text is no JSON list. Learned: nothing; it runs once, before
    the split.
    """

    label: ClassVar[str] = "Make rows of a list"
    topic: ClassVar[Topic] = Topic.TABLES
    also: ClassVar[str] = "split tags items several comma separated"
    rows: ClassVar[Rows] = "shape"
    kind: Literal["explode_list"] = "explode_list"
    column: CategoricalColumn = Field(description="Column with lists")
    how: Literal["separator", "JSON list"] = Field("separator", description="How lists are written")
    separator: str = Field(",", min_length=1, max_length=20, description="Between the items")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        arrival, place = unused("_arrival", table), unused("_place", table)
        rows = table.mutate(
            ibis.row_number().name(arrival), self._items(table[self.column]).name(self.column)
        ).view()
        items = rows.unnest(self.column, offset=place, keep_empty=True).view()
        return items.order_by(arrival, place).drop(arrival, place)

    @property
    def changes(self) -> frozenset[str]:
        return frozenset({self.column})

    def spreads(self) -> frozenset[str]:
        return frozenset({self.column})

    def sentence(self) -> str:
        cut = f"cut at {self.separator!r}" if self.how == "separator" else "read as JSON"
        return f"Make a row of each item of {self.column!r}, {cut}."

    def _items(self, text: Any) -> Any:
        if self.how == "separator":
            items = text.split(self.separator)
        else:
            items = text.try_cast("json").array.map(_as_text)
        items = items.map(lambda item: item.strip())
        return items.filter(lambda item: item != "")  # NULL is not unlike "", so it goes as well


def _as_text(item: Any) -> Any:
    """An item of a JSON list: text as it is, null as NULL, all else as JSON writes it."""
    return item.str.fill_null(item.cast("string").nullif("null"))
