"""Which job in line may begin: one per project, as many side by side as fit into memory.

Jobs begin in the order they came. One that waits for memory may be overtaken by smaller ones, but
only so often; then the line waits until it fits.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

OVERTAKEN = 3
"""So many jobs that came later may begin before one that waits for memory."""
GIGABYTE = 1000.0
"""Megabytes from which memory is told in gigabytes."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Room:
    """What a machine has for jobs."""

    slots: int | None = None
    """Jobs side by side; None: any number."""
    megabytes: float = inf
    """For all jobs together."""
    free: float = inf
    """Megabytes that one more job may take now, by what is in use."""
    repeatable: Collection[str] | None = None
    """Kinds that are begun again when their process is killed; None: every kind."""

    def repeats(self, kind: str) -> bool:
        """Whether a job of this kind is begun again when its process is killed."""
        return self.repeatable is None or kind in self.repeatable


@dataclass
class Choice:
    """Who begins, what the others are told, and who was overtaken."""

    row: Row | None = None
    told: dict[str, str] = field(default_factory=dict)
    overtaken: list[str] = field(default_factory=list)


def choose(line: Sequence[Row], running: Sequence[Row], room: Room) -> Choice:
    """The first in ``line`` that may begin beside what is ``running``, and why others wait."""
    choice = Choice()
    busy = {row["project"] for row in running}
    held = len(running)
    free = min(room.megabytes - sum(_needs(row) for row in running), room.free)
    blocked = False
    for row in line:
        needs = _needs(row)
        if row["megabytes"] is None and room.megabytes < inf:
            continue  # nobody has weighed it yet
        if row["project"] in busy:
            choice.told[row["id"]] = "Waits for the work before it in this project."
        elif room.slots is not None and held >= room.slots:
            choice.told[row["id"]] = f"Waits for other work to end: {_side_by_side(room.slots)}."
        elif blocked:
            choice.told[row["id"]] = "Waits for bigger work that came before it."
        elif held and needs > free:
            choice.told[row["id"]] = (
                f"Waits for memory: needs about {size(needs)}, {size(max(free, 0))} are free."
            )
            blocked = (row["overtaken"] or 0) >= OVERTAKEN
            if choice.row is None:
                choice.overtaken.append(row["id"])
        elif choice.row is None:
            choice.row = row
            busy.add(row["project"])
            held, free = held + 1, free - needs
    if choice.row is None:
        choice.overtaken.clear()
    return choice


def size(megabytes: float) -> str:
    """Memory in words: 640 MB, 1.2 GB."""
    if megabytes < GIGABYTE:
        return f"{megabytes:,.0f} MB"
    return f"{megabytes / GIGABYTE:,.1f}".removesuffix(".0") + " GB"


def _needs(row: Row) -> float:
    return float(row["megabytes"] or 0.0)


def _side_by_side(slots: int) -> str:
    return "one at a time here" if slots == 1 else f"{slots} side by side here"
