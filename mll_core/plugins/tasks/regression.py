"""A number."""

from typing import ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError, UnfitTarget
from mll_core.domain.report import DEFAULT_CRITERION
from mll_core.domain.target_column import FEW_LEVELS, FEW_VALUES, SMALL_SHARE, TWO, is_number
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind


class Regression(TaskKind):
    """A quantity: a usual one, a count, one that is skewed, or a quantile of it."""

    label: ClassVar[str] = "How much"
    kind: Literal["regression"] = "regression"
    task: ClassVar[Task] = Task.REGRESSION
    meaning: ClassVar[str] = "An answer that is a number."
    settings: ClassVar[tuple[str, ...]] = ("quantile",)
    worth: ClassVar[tuple[str, ...]] = ("per_unit_of_error",)
    criterion: ClassVar[str] = DEFAULT_CRITERION

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

    def unfit(self, column: ColumnProfile) -> MllError | None:
        if is_number(column):
            return None
        what = f"brief.task: regression needs numbers, {column.name!r} is {column.type}."
        return UnfitTarget(what, hint="Use multiclass, or auto.")

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        if brief.quantile is not None:
            share = f"{100 * brief.quantile:g} %"
            return "pinball", f"The brief asks for a number below which {share} of the cases stay."
        if brief.values.per_unit_of_error is not None:
            why = "The brief says what an error costs, so models compete on cost."
            return "expected_cost", why
        return "mae", "The mean absolute error is in the target's unit and easy to act on."
