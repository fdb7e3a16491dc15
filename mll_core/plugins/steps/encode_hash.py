"""Encode categories by hash."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import CategoricalColumn, NewColumn
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_DIGITS = 7


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def md5(text: str) -> str:  # type: ignore[empty-body]
    """The hexadecimal digest, which every engine has under this name."""


class EncodeHash(Step):
    """Give each category a number that follows from its letters alone: for very many categories.

    Nothing is learned, so a category never seen has its number too; some share one.
    In: a text ``column``. Out: the same rows and ``into``, float64: the number of the bucket, from
    0; or a column per bucket, ``<into> 0`` and so on, 1 in the row's own and 0 in the others. NULL
    gives NULL, or 0 everywhere. The same on every engine and machine. Learned: nothing.
    Source: Weinberger et al. (2009), Feature Hashing; the bucket is that of the first 28 bits of
    the MD5 of the text in UTF-8 (Rivest 1992, RFC 1321).
    """

    label: ClassVar[str] = "Encode categories by hash"
    topic: ClassVar[Topic] = Topic.CATEGORIES
    also: ClassVar[str] = "hashing encoding high cardinality many"
    kind: Literal["encode_hash"] = "encode_hash"
    column: CategoricalColumn = Field(description="Column with very many categories")
    buckets: int = Field(16, ge=2, le=64, description="How many numbers there are")
    how: Literal["columns", "number"] = Field(
        "columns", description="A column of 0 and 1 for each, or their number in one"
    )
    into: NewColumn = Field(description="Name of the new column, or how the names begin")

    def makes(self) -> Iterator[tuple[str, str]]:
        names = [f"{self.into} {n}" for n in range(self.buckets)]
        for name in [self.into] if self.how == "number" or not self.into.strip() else names:
            yield "into", name

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        at = Stage(table).then(digest=md5(table[self.column]))
        number: Any = ibis.literal(0, type="int64")
        for place in range(_DIGITS):
            digit = ibis.literal("0123456789abcdef").find(at["digest"].substr(place, 1))
            number = number * 16 + digit.cast("int64")
        at = at.then(bucket=number % self.buckets)
        new = {self.into: at["bucket"].cast("float64")}
        if self.how == "columns":
            mine = [(at["bucket"] == n).fill_null(False) for n in range(self.buckets)]
            new = {f"{self.into} {n}": one.cast("float64") for n, one in enumerate(mine)}
        kept = [at.table[name] for name in table.columns]
        return at.table.select([*kept, *(value.name(name) for name, value in new.items())])

    def sentence(self) -> str:
        if self.how == "number":
            return f"Make {self.into!r}: which of {self.buckets} buckets {self.column!r} falls in."
        return (
            f"Make {self.buckets} columns {self.into!r}, one per bucket {self.column!r} falls in."
        )
