"""Groups of rows that are alike."""

from typing import ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind, Way


class Clustering(TaskKind):
    """Groups of rows that are alike, found without anybody saying which there are."""

    label: ClassVar[str] = "Which groups there are"
    kind: Literal["clustering"] = "clustering"
    task: ClassVar[Task] = Task.CLUSTERING
    way: ClassVar[Way] = "groups"
    needs_target: ClassVar[bool] = False
    takes_target: ClassVar[bool] = False
    answer: ClassVar[str] = "assigned group"
    meaning: ClassVar[str] = "Groups of rows that are alike; no column holds the answer."
    criterion: ClassVar[str] = (
        "The groups of the sealed rows are further apart than in shuffled columns, with a 95 % "
        "interval of the difference above zero."
    )

    def recognised(self, column: ColumnProfile, rows: int) -> str:
        return ""

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        return "silhouette", (
            "No column holds the answer, so ways of grouping compete on how much nearer rows lie "
            "to their own group than to the next, beside how stable and how large groups are."
        )
