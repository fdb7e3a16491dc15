"""Columns whose name says that they are filled in after the answer is known."""

import re

AFTER = frozenset(
    [
        "after",
        "afterwards",
        "outcome",
        "result",
        "final",
        "closed",
        "closing",
        "closure",
        "cancel",
        "cancelled",
        "canceled",
        "cancellation",
        "churn",
        "churned",
        "terminated",
        "termination",
        "exit",
        "exited",
        "refund",
        "refunded",
        "resolved",
        "resolution",
        "settled",
        "settlement",
        "returned",
        "recovered",
        "recovery",
        "payout",
        "verdict",
    ]
)
"""Words of an ending."""
LONG = 4
"""Shorter words of the target's name are too common to say anything."""


def words(name: str) -> tuple[str, ...]:
    """The words of a column's name, small: ``closedAt_date`` is closed, at, date."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return tuple(word.lower() for word in re.findall(r"[^\W\d_]+", parted))


def told_by_name(name: str, target: str) -> str | None:
    """Why the name says that the column comes after the target, in a sentence; None if not."""
    own = [word for word in words(name) if word in AFTER]
    if own:
        return f"Its name speaks of an ending ({own[0]!r}), which may come after the answer."
    shared = [word for word in words(name) if len(word) >= LONG and word in words(target)]
    if shared:
        return f"Its name shares the word {shared[0]!r} with the target {target!r}."
    return None
