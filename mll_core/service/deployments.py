"""What the service needs to know of the models it serves; the workspace gives it, tests too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mll_core.domain.serving import LoggedRequest, Outcome
from mll_core.domain.token import Scope
from mll_core.infra.scorer import Scorer


@dataclass(frozen=True)
class Serving:
    """One model version in memory.

    ``brisk``: it answers a record in less time than handing it to another thread is worth.
    """

    version: int
    scorer: Scorer
    brisk: bool = False


class DeploymentSource(Protocol):
    """Which deployments there are, what each serves now, who may ask, and where requests go."""

    def names(self) -> tuple[str, ...]:
        """All deployments, served or not."""

    def expected(self) -> tuple[str, ...]:
        """The deployments that have a champion."""

    def current(self, deployment: str) -> Serving | None:
        """What it serves now; None when no version is loaded. Never waits for the disk."""

    def refused(self, deployment: str) -> int | None:
        """The version that is promoted and was refused when it was loaded; None when none was."""

    def authorised(self, deployment: str, token: str | None, scope: Scope | None = None) -> bool:
        """Whether ``token`` (None: none was sent) may use ``deployment``, known or not.

        ``scope``: whether it may do so for this.
        """

    def record(self, deployment: str, request: LoggedRequest) -> None:
        """Keep a scored request for monitoring; never waits."""

    def add_outcomes(self, deployment: str, outcomes: Sequence[Outcome]) -> list[bool]:
        """Keep late labels; False where the record is not in the log."""

    def dropped(self, deployment: str) -> int:
        """How many scored requests could not be logged."""
