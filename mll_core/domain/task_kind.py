"""The contract of a task: what is asked of the rows, and what follows from that."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError
from mll_core.domain.plugin import Plugin
from mll_core.domain.strata import EVEN, Strata
from mll_core.domain.task import Task

Way = Literal["answers", "groups", "oddness"]
"""How it is learned and judged: from the answers the rows bring, by likeness, by rarity."""


class TaskKind(Plugin, ABC):
    """Declares a task once: how it is recognised, judged and worded.

    Nothing else asks which task it is; stages and pages read what is declared here.
    """

    task: ClassVar[Task]
    """What kind of answer it gives; several tasks may give one kind."""
    way: ClassVar[Way] = "answers"
    needs_target: ClassVar[bool] = True
    """Whether a column must hold the answer."""
    takes_target: ClassVar[bool] = True
    """Whether a column may hold it."""
    answer: ClassVar[str] = ""
    """What the answer is called where no column holds it."""
    meaning: ClassVar[str]
    """What it finds, in one plain sentence for a person who never heard of it."""
    settings: ClassVar[tuple[str, ...]] = ()
    """Fields of the brief that only this task has."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Fields of the brief that must be filled in for it."""
    models: ClassVar[tuple[str, ...]] = ()
    """Models that are tried for it beside the usual ones, by kind."""
    mixes: ClassVar[bool] = True
    """Whether the answers of several models may be mixed into one of the same meaning."""
    worth: ClassVar[tuple[str, ...]] = ()
    """Fields of ``brief.values`` that say what its answers are worth."""
    criterion: ClassVar[str]
    """What must hold when the brief states no criterion."""

    @abstractmethod
    def recognised(self, column: ColumnProfile, rows: int) -> str:
        """Why a target with so many known rows asks this, in a sentence; empty when not."""

    def stated(self, brief: Brief) -> bool:
        """Whether another field of the brief asks this already."""
        return False

    def proposed(self, column: ColumnProfile) -> str:
        """Why a person may want to ask this of such a target, in a sentence; empty when not."""
        return ""

    def asks(self, brief: Brief) -> Mapping[str, Any]:
        """Settings by name that every model which has them is given."""
        return {}

    def strata(self, brief: Brief) -> Strata:
        """What numbers every part of the rows gets its share of; classes always are."""
        return EVEN

    def unfit(self, column: ColumnProfile) -> MllError | None:
        """What is wrong with a target that was declared to be of this task."""
        return None

    @abstractmethod
    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        """What models are ranked by unless the brief says, and why in a sentence."""
