"""Scorecard with points."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain import expectations
from mll_core.domain.model import Demand, Feature, Model
from mll_core.domain.task import Task


class Scorecard(Model):
    """A table of whole points for ranges of each column; a person adds them up on paper.

    20 points more double the odds, 500 mean that both answers are as likely. The sum is the model's
    whole answer. Source: Siddiqi (2006), Credit Risk Scorecards.
    """

    label: ClassVar[str] = "Scorecard with points"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY})
    complexity: ClassVar[int] = 2
    cost: ClassVar[float] = 0.4
    interpretable: ClassVar[bool] = True
    keeps: ClassVar[frozenset[Demand]] = frozenset({"directions", "groups"})
    kind: Literal["scorecard"] = "scorecard"
    ranges: int = Field(5, ge=2, le=12, description="Ranges that a column is cut into, at most")
    columns: int = Field(15, ge=1, le=100, description="Columns in the table, at most")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.points import PointsTable

        levels = tuple(len(feature.levels) for feature in features)
        demanded = expectations.directions(features)
        held = None if demanded is None else tuple(demanded)
        return PointsTable(levels, self.ranges, self.columns, held)

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        return (cls(ranges=8, columns=25), cls(columns=8))
