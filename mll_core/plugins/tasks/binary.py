"""Yes or no."""

from typing import ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError, UnfitTarget
from mll_core.domain.report import DEFAULT_CRITERION
from mll_core.domain.target_column import TWO, positive_class, target_column
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind

RARE = 0.1


class Binary(TaskKind):
    """One of two classes, of which one is sought."""

    label: ClassVar[str] = "Yes or no"
    kind: Literal["binary"] = "binary"
    task: ClassVar[Task] = Task.BINARY
    meaning: ClassVar[str] = "An answer of yes or no."
    settings: ClassVar[tuple[str, ...]] = ("positive",)
    worth: ClassVar[tuple[str, ...]] = (
        *("true_positive", "false_positive"),
        *("false_negative", "true_negative"),
    )
    criterion: ClassVar[str] = DEFAULT_CRITERION

    def recognised(self, column: ColumnProfile, rows: int) -> str:
        if column.distinct != TWO:
            return ""
        return f"{column.name!r} has two values, so the answer is one of two classes."

    def unfit(self, column: ColumnProfile) -> MllError | None:
        if column.distinct == TWO:
            return None
        what = f"brief.task: binary needs two values, {column.name!r} has {column.distinct}."
        return UnfitTarget(what, hint="Use multiclass or regression, or auto.")

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        if brief.values.stated:
            why = "The brief says what decisions are worth, so models compete on it."
            return "expected_value", why
        column = target_column(profile, brief)
        positive = positive_class(profile, brief)
        count = next(entry.count for entry in column.top if entry.value == positive)
        share = count / max(1, profile.rows - column.nulls)
        if share < RARE:
            return "average_precision", (
                f"Only {100 * share:.1f} % of the rows are positive, so what counts is how pure "
                "the top of the ranking is."
            )
        return "roc_auc", (
            f"{100 * share:.0f} % of the rows are positive and no values are stated, so models "
            "compete on how well they rank cases."
        )
