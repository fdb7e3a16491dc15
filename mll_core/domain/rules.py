"""A rule that the values of a column must keep."""

from abc import ABC
from typing import Any, Literal, Self

import ibis
import ibis.expr.types as ir
from pydantic import Field, field_validator, model_validator

from mll_core.domain.columns import AnyColumn, holds
from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.literals import exact, literal, read_value
from mll_core.domain.patterns import groups
from mll_core.domain.step import Step

_FAR = 1e15


class RuleStep(Step, ABC):
    """A step that judges the values of one column by a rule.

    A missing value breaks only the rule ``is there``.
    """

    column: AnyColumn = Field(description="Column to judge")
    rule: Literal["is there", "in range", "one of", "pattern"] = Field(
        "is there", description="What must hold of each value"
    )
    lowest: float | None = Field(None, ge=-_FAR, le=_FAR, description="In range: smallest allowed")
    highest: float | None = Field(None, ge=-_FAR, le=_FAR, description="In range: largest allowed")
    values: tuple[str, ...] = Field((), description="One of: the values allowed")
    pattern: str = Field(
        "", max_length=200, description="Pattern: regular expression of the whole text"
    )

    @field_validator("pattern")
    @classmethod
    def _readable(cls, pattern: str) -> str:
        groups(pattern)
        return pattern

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.rule == "in range" and self.lowest is None and self.highest is None:
            raise ValueError("in range: give lowest, highest or both")
        if self.rule == "one of" and not self.values:
            raise ValueError("one of: give at least one of values")
        if self.rule == "pattern" and not self.pattern:
            raise ValueError("pattern: give a pattern")
        return self

    def check(self, schema: ibis.Schema) -> None:
        """Refuse a rule that cannot be asked of the column as well."""
        super().check(schema)
        dtype = schema[self.column]
        needed = {"in range": dtype.is_numeric(), "pattern": dtype.is_string()}
        if not needed.get(self.rule, True):
            what = f"{self.rule!r} cannot be asked of {self.column!r}, which holds {holds(dtype)}."
            raise WrongColumnKind(
                f"{self.kind}.rule: {what}", hint="Pick another rule, or convert the column."
            )
        unread = [text for text in self.values if read_value(text, dtype) is None]
        if self.rule == "one of" and unread:
            message = (
                f"{self.kind}.values: {unread[0]!r} is no value of {self.column!r}: {holds(dtype)}."
            )
            raise InvalidParameter(message, hint="Write it as the column's values are written.")

    def broken(self, table: ir.Table) -> Any:
        """Whether each row breaks the rule: true or false, never NULL."""
        column = table[self.column]
        match self.rule:
            case "is there":
                return column.isnull()
            case "one of":
                dtype = column.type()
                allowed = [literal(read_value(text, dtype), dtype) for text in self.values]
                kept = column.isin(allowed)
            case "pattern":
                kept = column.re_search(f"^(?:{self.pattern})$")
            case _:
                number = column.cast("float64")
                kept = number.notnull()
                if self.lowest is not None:
                    kept &= number >= exact(self.lowest)
                if self.highest is not None:
                    kept &= number <= exact(self.highest)
        return column.notnull() & ~kept.fill_null(True)

    def said(self) -> str:
        """The rule in words, such as ``'age' must be at least 0``."""
        match self.rule:
            case "is there":
                what = "must not be missing"
            case "one of":
                what = f"must be one of {', '.join(map(repr, self.values))}"
            case "pattern":
                what = f"must match {self.pattern!r}"
            case _:
                low = "" if self.lowest is None else f"at least {self.lowest:g}"
                high = "" if self.highest is None else f"at most {self.highest:g}"
                what = f"must be {' and '.join(filter(None, (low, high)))}"
        return f"{self.column!r} {what}"
