"""Days with a name, by year."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
"""Days are counted from here."""


def by_year(calendar: Mapping[int, str]) -> dict[int, dict[int, str]]:
    """The named days of each year between two others, with those of both its neighbours."""
    every: dict[int, dict[int, str]] = defaultdict(dict)
    for day, name in calendar.items():
        every[(EPOCH + timedelta(day)).year][day] = name
    inner = range(min(every, default=0) + 1, max(every, default=0))
    return {y: {**every[y - 1], **every[y], **every[y + 1]} for y in inner}
