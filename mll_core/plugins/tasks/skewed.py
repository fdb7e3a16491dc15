"""A positive amount, of which a few are very large."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError, UnfitTarget
from mll_core.domain.number_task import NumberTask
from mll_core.domain.strata import TENTHS, Strata

LEANING = 0.2
"""(mean - median) / standard deviation from which a few large amounts pull the mean away."""


class Skewed(NumberTask):
    """A positive amount such as a price or a claim: errors count in percent, not in its unit.

    Source: Nelder & Wedderburn (1972), Generalized Linear Models.
    """

    label: ClassVar[str] = "How much, in percent"
    kind: Literal["skewed"] = "skewed"
    meaning: ClassVar[str] = "A positive amount, few of them very large; errors count in percent."
    models: ClassVar[tuple[str, ...]] = ("gamma_regression",)

    def proposed(self, column: ColumnProfile) -> str:
        known = column.mean is not None and column.quantiles is not None and column.std
        if not known or self.unfit(column):
            return ""
        middle = (column.quantiles or {})["0.5"]
        if ((column.mean or 0) - middle) / (column.std or 1) < LEANING:
            return ""
        return (
            f"{column.name!r} is always above 0 and a few of its values are very large. If an "
            "error of 10 % is as bad for a small as for a large one, take it as a skewed amount."
        )

    def unfit(self, column: ColumnProfile) -> MllError | None:
        if no_number := super().unfit(column):
            return no_number
        if column.min is not None and column.min > 0:
            return None
        begins = "holds no value" if column.min is None else f"begins at {column.min:g}"
        what = f"brief.task: a skewed amount is above 0, {column.name!r} {begins}."
        return UnfitTarget(what, hint="Use regression, or count if it counts something.")

    def strata(self, brief: Brief) -> Strata:
        """The few very large ones apart: most of the sum is theirs."""
        words = "evenly from low to high values of the target, the few largest apart"
        return Strata(levels=(*TENTHS, 0.95, 0.98), words=words)

    def asks(self, brief: Brief) -> Mapping[str, Any]:
        return {"loss": "gamma", "constant": "mean"}

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        why = "Amounts are positive and a few are very large, so errors are counted in percent."
        return self.by_cost(brief) or ("gamma_deviance", why)
