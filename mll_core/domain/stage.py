"""The seven stages, their order and their state."""

from enum import StrEnum

from mll_core.domain.value import Value


class Stage(StrEnum):
    """The seven stages of the lifecycle, in order."""

    BUSINESS = "business"
    COLLECT = "collect"
    PREPARE = "prepare"
    TRAIN = "train"
    EVALUATE = "evaluate"
    DEPLOY = "deploy"
    MONITOR = "monitor"

    @property
    def before(self) -> tuple["Stage", ...]:
        """The stages that come before this one."""
        return tuple(Stage)[: tuple(Stage).index(self)]

    @property
    def after(self) -> tuple["Stage", ...]:
        """The stages that come after this one."""
        return tuple(Stage)[tuple(Stage).index(self) + 1 :]


class Status(StrEnum):
    """Where a stage stands, as the pages and the JSON say it."""

    TO_DO = "to do"
    RUNNING = "in progress"
    DONE = "done"
    CHECK = "check"
    STALE = "stale"


class StageState(Value):
    """One stage of one project: its status, the reason in a sentence, and how long it took."""

    stage: Stage
    status: Status
    reason: str = ""
    document_version: int | None = None
    data_version: str | None = None
    seconds: float | None = None
    at: str | None = None
