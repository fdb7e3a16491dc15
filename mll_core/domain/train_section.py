"""The section of the document that says what is learned, and for how long."""

from typing import Literal

from pydantic import Field, SerializeAsAny

from mll_core.domain.expectations import Expectations
from mll_core.domain.model import Model
from mll_core.domain.value import Value

PRESETS = {"quick": 60.0, "standard": 600.0, "thorough": 3_600.0}
"""Seconds by the names people give them."""


class TrainSection(Value):
    """Stage 4, train: which models are tried, and for how long."""

    models: tuple[SerializeAsAny[Model], ...] = Field(
        (), description="Models to try; none means the usual ones"
    )
    interpretable_only: bool = Field(
        False, description="Only models whose every answer a person can follow"
    )
    rising: tuple[str, ...] = Field(
        (), description="Columns along which the answer may only rise: a larger value, never less"
    )
    falling: tuple[str, ...] = Field((), description="Columns along which the answer may only fall")
    together: tuple[tuple[str, ...], ...] = Field(
        (),
        description="Groups of columns that may act together; then one in no group acts alone. "
        "None: any may",
    )
    ensembles: bool = Field(
        True, description="Also try to make one answer of the best models' answers"
    )
    class_weights: Literal["none", "balanced"] = Field(
        "none",
        description="Balanced: rare classes count as much as frequent ones while models learn that "
        "can weigh them; probabilities are put back to how frequent each class is",
    )
    recommend: Literal["simplest", "best"] = Field(
        "simplest",
        description="Of models that cannot be told apart: the simplest, or the best mean whatever "
        "it takes",
    )
    budget_seconds: float = Field(120, ge=5, le=86_400, description="Seconds for the whole search")
    trials: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="Settings to try, instead of seconds: how fast the machine is then decides "
        "nothing, and the same data give the same leaderboard",
    )
    threads: int | None = Field(None, ge=1, le=64, description="Cores to use; none: all of them")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Seed of every model")
    coverage: float = Field(
        0.9, ge=0.5, le=0.99, description="Share of new cases whose truth lies in the stated range"
    )

    fewest_groups: int = Field(2, ge=2, le=50, description="Groups that are looked for, at least")
    most_groups: int = Field(10, ge=2, le=50, description="Groups that are looked for, at most")

    @property
    def expectations(self) -> Expectations:
        """What is demanded of how columns act on the answer."""
        return Expectations(rising=self.rising, falling=self.falling, together=self.together)
