"""What models of trees grown one after another share."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.model import Demand, Model

ENOUGH = 500
"""Rows from which part is held out to stop early."""
PARTS = 10
OWN_SCALE = frozenset({"poisson", "gamma", "tweedie"})
LOSS = (
    "For numbers: squared errors find the mean, absolute ones the median, quantile the quantile"
    " below; Poisson suits counts, gamma positive amounts, Tweedie amounts that are often 0"
)
Loss: Any = Field("squared", description=LOSS)


class BoostedTrees(Model):
    """Trees grown one after another, each on the errors of those before."""

    complexity: ClassVar[int] = 3
    drawn: ClassVar[bool] = True
    keeps: ClassVar[frozenset[Demand]] = frozenset({"directions", "groups"})
    fixed: ClassVar[frozenset[str]] = frozenset({"loss", "quantile"})
    loss: Literal["squared", "absolute", "quantile", "poisson", "gamma", "tweedie"] = Loss
    quantile: float = Field(
        0.5, ge=0.01, le=0.99, description="Which quantile, when the loss is quantile"
    )

    @property
    def own_scale(self) -> bool:
        """Counts and positive amounts are learned on a log scale by their own loss."""
        return self.loss in OWN_SCALE


def held_out(target: Any, *, classes: bool, seed: int) -> tuple[Any, Any]:
    """Places to learn from, and a tenth by chance to stop early on: (n - h,), (h,), both sorted.

    The first row of every class is learned from.
    """
    import numpy as np

    order = np.random.default_rng(seed).permutation(len(target))
    held = order[: len(target) // PARTS]
    if classes:
        held = np.setdiff1d(held, np.unique(target, return_index=True)[1])
    return np.setdiff1d(order, held), np.sort(held)
