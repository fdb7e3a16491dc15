"""What a person, or time, can change in a case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

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


def barred(
    columns: Iterable[Movable], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[str, ...]:
    """What of a changed case was said never to change so, in words; ``before``: where it began."""
    found = []
    for one in columns:
        was, now = before.get(one.column), after.get(one.column)
        way = _way(was, now)
        stays = one.may == "not at all" and was != now
        if stays or (one.may, way) in {("up only", -1), ("down only", 1)}:
            only = "does not change" if stays else f"only goes {one.may.removesuffix(' only')}"
            found.append(f"{one.column} {only}, it is said: nobody can make this case of that one.")
    return tuple(found)


def against(
    columns: Iterable[Movable], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[str, ...]:
    """What of a changed case goes against what decides it, in words; ``before``: where it began.

    Only numbers and moments have a direction; what decides through another column counts too.
    """
    said = {one.column: one for one in columns if one.follows}
    found = []
    for name, one in said.items():
        own, above, seen = _way(before.get(name), after.get(name)), one.follows, {name}
        while above not in seen:
            if own * _way(before.get(above), after.get(above)) < 0:
                found.append(
                    f"{above} goes {_WORDS[-own]} and {name}, which it decides, goes "
                    f"{_WORDS[own]}: by what is said to decide what, no such case comes about."
                )
            seen.add(above)
            above = said[above].follows if above in said else name
    return tuple(found)


_WORDS = {1: "up", -1: "down"}


def _way(before: Any, after: Any) -> int:
    """1 up, -1 down, 0 the same or without a direction."""
    kinds = (bool, int | float, str)
    if any(isinstance(before, kind) != isinstance(after, kind) for kind in kinds):
        return 0
    if isinstance(before, str):
        before, after = _moment(before), _moment(after)
    if isinstance(before, bool) or before is None or after is None:
        return 0
    return int(after > before) - int(after < before)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
