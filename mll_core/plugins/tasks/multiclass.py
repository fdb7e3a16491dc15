"""One of several classes."""

from typing import ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import UnfitTarget
from mll_core.domain.report import DEFAULT_CRITERION
from mll_core.domain.target_column import FEW_LEVELS, SMALL_SHARE, TWO, is_number
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind

ROWS_PER_CLASS = 5


class Multiclass(TaskKind):
    """One of three or more classes."""

    label: ClassVar[str] = "Which class"
    kind: Literal["multiclass"] = "multiclass"
    task: ClassVar[Task] = Task.MULTICLASS
    meaning: ClassVar[str] = "An answer out of three or more classes."
    criterion: ClassVar[str] = DEFAULT_CRITERION

    def recognised(self, column: ColumnProfile, rows: int) -> str:
        """Raises UnfitTarget for text that hardly repeats."""
        name, distinct = repr(column.name), column.distinct
        if distinct == TWO:
            return ""
        if not is_number(column):
            if rows < ROWS_PER_CLASS * distinct:
                what = f"brief.target: {name} has {distinct:,} different values in {rows:,} rows."
                raise UnfitTarget(what, hint="Choose a column whose values repeat, or a number.")
            return f"{name} is text with {distinct} values, so each is a class."
        few = distinct <= FEW_LEVELS
        if not few or distinct / max(1, rows) >= SMALL_SHARE:
            return ""
        return (
            f"{name} is a number with only {distinct} levels, so each is taken as a class; "
            "set brief.task to regression if it is a quantity."
        )

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        return "log_loss", (
            "With more than two classes, log-loss judges the probability of the class "
            "that came true, not only the best guess."
        )
