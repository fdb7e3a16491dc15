"""What a person, or time, can change in a case."""

from typing import Literal

from pydantic import Field

from mll_core.domain.value import Value

May = Literal["either way", "up only", "down only", "not at all"]


class Movable(Value):
    """How a person, or time, can change one column."""

    column: str = Field(description="The column")
    may: May = Field("either way", description="Which way it can be changed")
    follows: str = Field(
        "", description="The column that decides it: it never moves against that one"
    )


class WhatIfSection(Value):
    """What can be changed in a case; of no stage, so nothing goes stale by it."""

    columns: tuple[Movable, ...] = Field((), description="Columns that cannot move freely")
