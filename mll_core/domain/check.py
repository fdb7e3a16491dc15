"""The contract of a data check."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import ibis.expr.types as ir

from mll_core.domain.data import Profile
from mll_core.domain.finding import Finding
from mll_core.domain.plugin import Plugin
from mll_core.domain.task import Task

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Evidence:
    """What a check may look at: the profile, the table as an expression, and one way to ask it.

    ``ask`` runs a small Ibis query over all rows; ``target`` and ``task`` are None before a
    target is chosen.
    """

    profile: Profile
    table: ir.Table
    ask: Callable[[ir.Table], Rows]
    target: str | None = None
    task: Task | None = None
    excluded: frozenset[str] = frozenset()

    @property
    def numeric(self) -> bool:
        """Whether the target is known to be a quantity."""
        return self.task is not None and not self.task.classifies


class Check(Plugin, ABC):
    """Judges one thing about the data against a declared threshold."""

    needs_target: ClassVar[bool] = False
    suspects: ClassVar[bool] = False
    """Whether it names columns that may give the answer away."""

    @abstractmethod
    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        """What was found; empty when there is nothing to say."""
