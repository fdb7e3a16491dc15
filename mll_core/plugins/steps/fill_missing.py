"""Fill missing values."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import sums
from mll_core.domain.columns import AnyColumn, ColumnKind, Text, holds
from mll_core.domain.errors import WrongColumnKind
from mll_core.domain.literals import literal, read_value
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class FillMissing(Step):
    """Put one value wherever ``column`` has none.

    In: a number, text, true-or-false or date ``column``. Out: the same rows; numbers as float64.
    Learned: one row, ``value``: median, mean or most frequent value of the training rows (the
    smallest of equally frequent ones), infinite ones left out; of dates as text, the median and the
    mean to the second; NULL if there was none, and then nothing is filled. A constant is not
    learned.
    """

    label: ClassVar[str] = "Fill missing values"
    topic: ClassVar[Topic] = Topic.MISSING
    also: ClassVar[str] = "impute empty null blank nan mean median mode constant average"
    unlearned: ClassVar[str] = "fill with a constant"
    kind: Literal["fill_missing"] = "fill_missing"
    column: AnyColumn = Field(description="Column to fill")
    how: Literal["median", "mean", "mode", "constant"] = Field(
        "median", description="With what; mode: the most frequent value"
    )
    value: Text = Field("", description="The constant, when that is chosen")

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        dtype = schema[self.column]
        measured = dtype.is_numeric() or ColumnKind.TIME.accepts(dtype)
        if not (measured or dtype.is_string() or dtype.is_boolean()):
            message = f"fill_missing.column: {self.column!r} holds {dtype}, which is not filled."
            raise WrongColumnKind(message, hint="Pick numbers, text, dates or true and false.")
        if self.how in ("median", "mean") and not measured:
            what = f"the {self.how} needs numbers, {self.column!r} holds {holds(dtype)}."
            raise WrongColumnKind(
                f"fill_missing.how: {what}", hint="Choose mode or constant, or pick another column."
            )
        if self.how == "constant" and read_value(self.value, _plain_type(dtype)) is None:
            message = f"fill_missing.value: {self.value!r} cannot stand in {self.column!r}"
            raise WrongColumnKind(
                f"{message}, which holds {holds(dtype)}.", hint="Give such a value."
            )

    @property
    def learns(self) -> bool:
        return self.how != "constant"

    def learn(self, table: ir.Table) -> ir.Table | None:
        if self.how == "constant":
            return None
        values = _plain(table[self.column])
        moments = values.type().is_timestamp()
        if self.how in ("median", "mean"):
            known = _known(values.epoch_seconds().cast("float64") if moments else values)
            if self.how == "median":
                return table.aggregate(value=known.quantile(0.5))
            parts = sums.parted(table.select(value=known))
            return parts.aggregate(value=sums.mean(parts))
        known = table.select(value=values.cast("string") if moments else values)
        known = known.filter(ibis._["value"].notnull())
        counts = known.group_by("value").aggregate(n=ibis._.count())
        return counts.order_by(ibis.desc("n"), "value").limit(1).select("value")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        values = _plain(table[self.column])
        constant = read_value(self.value, values.type()) if self.how == "constant" else None
        put = learned[0]["value"] if learned else constant
        if put is not None:
            if values.type().is_timestamp():
                put = _moment(put)
            values = values.fill_null(literal(put, values.type()))
        return table.mutate(values.name(self.column))

    def sentence(self) -> str:
        what = repr(self.value) if self.how == "constant" else f"the {self.how} of training rows"
        return f"Fill missing values of {self.column!r} with {what}."


def _plain(column: ir.Value) -> Any:
    return column.cast(_plain_type(column.type()))


def _plain_type(dtype: dt.DataType) -> dt.DataType:
    if ColumnKind.TIME.accepts(dtype):
        return dt.Timestamp(scale=6)
    return dt.float64 if dtype.is_numeric() else dtype


def _moment(learned: Any) -> Any:
    """A date as it was learned: as text, or in seconds since 1970."""
    if isinstance(learned, float):
        return datetime(1970, 1, 1) + timedelta(seconds=round(learned))
    return read_value(str(learned), dt.timestamp)


def _known(values: Any) -> Any:
    return values.nullif(float("inf")).nullif(float("-inf"))
