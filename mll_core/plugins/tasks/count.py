"""How many."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError, UnfitTarget
from mll_core.domain.number_task import NumberTask
from mll_core.domain.strata import TENTHS, Strata
from mll_core.domain.target_column import is_number

FROM = 1
"""Counts begin at 0, or at 1 where only what happened is listed; ages and prices do not."""


class Count(NumberTask):
    """How many there will be: visits, claims, pieces. Larger counts may stray further.

    Source: Nelder & Wedderburn (1972), Generalized Linear Models.
    """

    label: ClassVar[str] = "How many"
    kind: Literal["count"] = "count"
    meaning: ClassVar[str] = "A count: 0, 1, 2 and so on; a large one may be off by more."
    models: ClassVar[tuple[str, ...]] = ("poisson_regression",)

    def proposed(self, column: ColumnProfile) -> str:
        if not _whole(column) or not 0 <= column.min <= FROM:
            return ""
        return (
            f"{column.name!r} holds whole numbers from {column.min:g} up. If it counts something, "
            "models of counts suit it, and large counts may be off by more."
        )

    def unfit(self, column: ColumnProfile) -> MllError | None:
        if no_number := super().unfit(column):
            return no_number
        if _whole(column) and column.min >= 0:
            return None
        what = f"brief.task: {column.name!r} is no count: it has parts, or falls below 0."
        return UnfitTarget(what, hint="Use regression.")

    def strata(self, brief: Brief) -> Strata:
        """Each frequent count, above all 0, by itself; the few large ones apart."""
        words = "so that every part has its share of each frequent count, and of the largest"
        return Strata(levels=(*TENTHS, 0.95, 0.99), each=True, words=words)

    def asks(self, brief: Brief) -> Mapping[str, Any]:
        return {"loss": "poisson", "constant": "mean"}

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        why = "Counts stray further the larger they are, and the Poisson deviance allows for that."
        return self.by_cost(brief) or ("poisson_deviance", why)


def _whole(column: ColumnProfile) -> bool:
    if not is_number(column) or column.min is None:
        return False
    seen = (column.min, column.max, *(top.value for top in column.top))
    return all(float(value).is_integer() for value in seen)
