"""What tasks whose answer is a number share."""

from typing import ClassVar

from mll_core.domain.data import ColumnProfile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError, UnfitTarget
from mll_core.domain.report import DEFAULT_CRITERION
from mll_core.domain.target_column import is_number
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind


class NumberTask(TaskKind):
    """A quantity that the rows bring with them."""

    task: ClassVar[Task] = Task.REGRESSION
    worth: ClassVar[tuple[str, ...]] = ("per_unit_of_error",)
    criterion: ClassVar[str] = DEFAULT_CRITERION

    def recognised(self, column: ColumnProfile, rows: int) -> str:
        """Empty: a number is a plain quantity until a person says more."""
        return ""

    def unfit(self, column: ColumnProfile) -> MllError | None:
        """Refuses what is no number."""
        if is_number(column):
            return None
        what = f"brief.task: {self.name()} needs numbers, {column.name!r} is {column.type}."
        return UnfitTarget(what, hint="Use multiclass, or auto.")

    def by_cost(self, brief: Brief) -> tuple[str, str] | None:
        """The metric where the brief says what an error costs, and why."""
        if brief.values.per_unit_of_error is None:
            return None
        return "expected_cost", "The brief says what an error costs, so models compete on cost."
