"""A number."""

from typing import ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.number_task import NumberTask
from mll_core.domain.target_column import FEW_LEVELS, FEW_VALUES, SMALL_SHARE, TWO, is_number


class Regression(NumberTask):
    """A quantity, whatever its shape."""

    label: ClassVar[str] = "How much"
    kind: Literal["regression"] = "regression"
    meaning: ClassVar[str] = "An answer that is a number."
    settings: ClassVar[tuple[str, ...]] = ("quantile",)

    def recognised(self, column: ColumnProfile, rows: int) -> str:
        if not is_number(column) or column.distinct == TWO:
            return ""
        name, distinct = repr(column.name), column.distinct
        if distinct > FEW_VALUES:
            return f"{name} is a number with {distinct:,} values, so it is a quantity."
        if distinct / max(1, rows) >= SMALL_SHARE:
            return (
                f"{name} is a number with {distinct} values in only {rows:,} rows, "
                "so it is taken as a quantity; set brief.task to multiclass if they are classes."
            )
        if distinct <= FEW_LEVELS:
            return ""
        return (
            f"{name} is a number with {distinct} levels, so it is taken as a quantity; "
            "set brief.task to multiclass if they are classes."
        )

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        why = "The mean absolute error is in the target's unit and easy to act on."
        return self.by_cost(brief) or ("mae", why)
