"""Make a skewed column even."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import likeliest_power
from mll_core.domain.columns import NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class TransformPower(Step):
    """Make a skewed column even, by a logarithm or the power that fits best.

    In: a numeric ``column``. Out: the same rows, ``column`` as float64; NULL stays NULL, and so
    becomes what the transform does not allow: up to -1 for log, up to 0 for Box-Cox.
    Learned: one row, ``power``: the exponent of the largest likelihood over finite training values,
    from -2 to 3, as scikit-learn finds it there; NULL when none is likelier, and then 1. A
    logarithm learns nothing.
    Source: Box & Cox (1964), An analysis of transformations; Yeo & Johnson (2000), A new family of
    power transformations.
    """

    label: ClassVar[str] = "Make a skewed column even"
    topic: ClassVar[Topic] = Topic.NUMBERS
    also: ClassVar[str] = "log logarithm box-cox yeo-johnson skew normal transform"
    unlearned: ClassVar[str] = "take the logarithm"
    kind: Literal["transform_power"] = "transform_power"
    column: NumericColumn = Field(description="Column to transform")
    how: Literal["log", "yeo-johnson", "box-cox"] = Field(
        "yeo-johnson", description="log: of 1 + value; Box-Cox needs values above 0"
    )

    @property
    def learns(self) -> bool:
        return self.how != "log"

    def learn(self, table: ir.Table) -> ir.Table | None:
        if self.how == "log":
            return None
        finite = table[self.column].cast("float64").nullif(float("inf")).nullif(float("-inf"))
        rows = table.select(x=finite).view()
        values: Any = rows["x"]
        if self.how == "box-cox":
            return likeliest_power.grouped(rows.select(t=(values > 0).ifelse(values, None).ln()))
        signed = values.sign().cast("float64") * (values.abs() + 1).ln()
        return likeliest_power.grouped(rows.select(t=signed))

    def summarise(self, rows: Learned) -> Learned:
        two_sided = self.how == "yeo-johnson"
        return ({"power": likeliest_power.likeliest(rows, two_sided=two_sided)},)

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        return {name: unit for name, unit in known.items() if name != self.column}

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        values = table[self.column].cast("float64")
        if self.how == "log":
            new = ((values > -1).ifelse(values, None) + 1).ln()
        else:
            allowed = (values > 0).ifelse(values, None) if self.how == "box-cox" else values
            power = learned[0]["power"]
            new = _powered(allowed, self.how, 1.0 if power is None else float(power))
        return table.mutate(new.name(self.column))

    def sentence(self) -> str:
        if self.how == "log":
            return f"Take the logarithm of 1 + {self.column!r}."
        name = {"yeo-johnson": "Yeo-Johnson", "box-cox": "Box-Cox"}[self.how]
        return f"Make {self.column!r} even by the {name} power learned from the training rows."


def _powered(values: Any, how: str, power: float) -> Any:
    if how == "box-cox":
        return _branch(values, power)
    up = _branch((values >= 0).ifelse(values + 1, None), power)
    down = -_branch((values < 0).ifelse(1 - values, None), 2 - power)
    return ibis.coalesce(up, down)


def _branch(positive: Any, power: float) -> Any:
    """(x^power - 1) / power of positive numbers, the logarithm for a power of 0."""
    if abs(power) < 1e-9:  # noqa: PLR2004 - as good as 0
        return positive.ln()
    return (positive ** exact(power) - 1) / exact(power)
