"""Rows that stand out."""

from typing import ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError, UnfitTarget
from mll_core.domain.target_column import TWO
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind, Way


class Anomaly(TaskKind):
    """Rows that stand out from all others; labels, where there are some, only judge them."""

    label: ClassVar[str] = "Which rows stand out"
    kind: Literal["anomaly"] = "anomaly"
    task: ClassVar[Task] = Task.ANOMALY
    way: ClassVar[Way] = "oddness"
    needs_target: ClassVar[bool] = False
    answer: ClassVar[str] = "row is"
    meaning: ClassVar[str] = (
        "Rows that stand out; a column of known cases, if there is one, is only used to judge."
    )
    settings: ClassVar[tuple[str, ...]] = ("positive",)
    criterion: ClassVar[str] = (
        "With known cases: more of them in the queue than looking at the worst single column "
        "finds. Without: at least half of the queue stays, had the model learned from other rows."
    )

    def recognised(self, column: ColumnProfile, rows: int) -> str:
        return ""

    def unfit(self, column: ColumnProfile) -> MllError | None:
        if column.distinct == TWO:
            return None
        what = f"brief.task: known cases need two values, {column.name!r} has {column.distinct}."
        return UnfitTarget(what, hint="Name a column of yes and no, or none; it may have gaps.")

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        if brief.target:
            return "average_precision", (
                "Some cases are known, so detectors compete on how many of them are at the top; "
                "none learns from what is known."
            )
        return "queue_overlap", (
            "No case is known, so it cannot be said which detector is right: they compete on how "
            "much of the queue stays when they learn from other rows."
        )
