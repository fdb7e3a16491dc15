"""Jobs and events."""

from enum import StrEnum
from typing import Any, Literal

from mll_core.domain.identity import Actor
from mll_core.domain.value import Value


class JobStatus(StrEnum):
    """The life of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def live(self) -> bool:
        """Whether it may still change."""
        return self in (JobStatus.QUEUED, JobStatus.RUNNING)


class Job(Value):
    """Work for the worker process. ``result`` and ``error`` are JSON; times are UTC ISO text."""

    id: str
    project: str
    kind: str
    parameters: dict[str, Any] = {}
    status: JobStatus
    progress: float = 0.0
    message: str = ""
    place: int | None = None
    """1 is next in line; None when not queued."""
    result: dict[str, Any] | None = None
    error: dict[str, str] | None = None
    """``{"message", "hint", "id"}``; the id finds the traceback in the log."""
    attempts: int = 0
    megabytes: float | None = None
    """What it is estimated to take in memory; None before somebody looked."""
    stop_requested: bool = False
    created: str = ""
    started: str | None = None
    finished: str | None = None
    heartbeat: str | None = None
    author: str = ""
    author_kind: Literal["owner", "account"] = "owner"

    @property
    def actor(self) -> Actor:
        """Who asked for it, without any role: what they may do is looked up when it is done."""
        return Actor(name=self.author, kind=self.author_kind)


class Event(Value):
    """One line of the append-only log; ``hash`` covers it and the line before."""

    number: int
    at: str
    project: str | None
    actor: str
    kind: str
    detail: dict[str, Any] = {}
    salt: str = ""
    """Makes the digest of the detail unguessable; gone when the detail was erased."""
    vouches: dict[str, str] | None = None
    """Digests of the rows of the catalog it tells of; "" for one that was deleted."""
    hash: str = ""
