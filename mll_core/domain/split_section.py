"""The section of the document that says how rows are parted."""

from typing import Literal

from pydantic import Field, model_validator

from mll_core.domain.data import SplitKind
from mll_core.domain.value import Value

MOST_HELD_OUT = 0.8
"""Share of the rows that test and validation may take together."""


class SplitSection(Value):
    """Stage 3, prepare: which rows are sealed for the test, and how the rest is folded."""

    kind: Literal["auto", SplitKind] = Field(
        "auto",
        description="How rows are parted; auto: by the columns named, else each class its share",
    )
    test_share: float = Field(0.2, ge=0.05, le=0.5, description="Share of rows sealed for the test")
    validation_share: float | None = Field(
        None,
        ge=0.05,
        le=0.5,
        description="Share of rows kept aside to compare models; not stated: the folds do it",
    )
    folds: int = Field(
        5,
        ge=2,
        le=10,
        description="Folds: parts of the rows, each predicted by a model of the other parts",
    )
    repeats: int | None = Field(
        None,
        ge=1,
        le=10,
        description="How often the folds are drawn anew; not stated: 3 below 2,000 rows, else 1",
    )
    time_column: str | None = Field(
        None, description="A date or time: its newest rows are the test"
    )
    gap: float = Field(
        0,
        ge=0,
        le=1e9,
        description="Days (for a number: units) before the test that are left out of learning",
    )
    group_column: str | None = Field(
        None, description="A column, such as customer: its rows stay together"
    )
    part_column: str | None = Field(
        None, description="A column of yours that says train, validation or test"
    )
    fresh_from: int | None = Field(
        None,
        ge=1,
        description="Only rows of the data from this number on are tested: those added after a "
        "test was opened, counted from 0; not stated: any row may be",
    )
    seed: int = Field(
        0, ge=0, le=2**31 - 1, description="Seed of every draw: the same seed draws the same rows"
    )

    @model_validator(mode="after")
    def _enough_to_learn_from(self) -> "SplitSection":
        taken = self.test_share + (self.validation_share or 0)
        if taken > MOST_HELD_OUT:
            raise ValueError(
                f"test_share and validation_share take {taken:.0%} of the rows; "
                f"at most {MOST_HELD_OUT:.0%} may be taken from learning"
            )
        return self
