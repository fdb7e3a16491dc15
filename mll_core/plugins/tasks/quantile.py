"""A number that suffices in so many cases of a hundred."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from mll_core.domain.data import Profile
from mll_core.domain.document import Brief
from mll_core.domain.number_task import NumberTask
from mll_core.domain.strata import EVEN, TENTHS, Strata


class Quantile(NumberTask):
    """The number that a stated share of the cases stays below: a stock that suffices nine times
    in ten. Source: Koenker & Bassett (1978), Regression Quantiles.
    """

    label: ClassVar[str] = "What suffices in most cases"
    kind: Literal["quantile"] = "quantile"
    meaning: ClassVar[str] = "A number that a chosen share of the cases stays below."
    settings: ClassVar[tuple[str, ...]] = ("quantile",)
    needs: ClassVar[tuple[str, ...]] = ("quantile",)
    models: ClassVar[tuple[str, ...]] = ("quantile_regression",)

    mixes: ClassVar[bool] = False  # mixes are weighed by squared errors, which find the mean

    def stated(self, brief: Brief) -> bool:
        return brief.quantile is not None

    def strata(self, brief: Brief) -> Strata:
        """Every part has as many rows above the level that is asked for."""
        if brief.quantile is None:
            return EVEN
        levels = tuple(sorted({*TENTHS, brief.quantile}))
        share = f"{100 * brief.quantile:g} %"
        words = f"{EVEN.words}, with the same share above {share} of them in every part"
        return Strata(levels=levels, words=words)

    def asks(self, brief: Brief) -> Mapping[str, Any]:
        return {"loss": "quantile", "constant": "quantile", "quantile": brief.quantile}

    def metric(self, brief: Brief, profile: Profile) -> tuple[str, str]:
        share = f"{100 * (brief.quantile or 0):g} %"
        return "pinball", f"The brief asks for a number below which {share} of the cases stay."
