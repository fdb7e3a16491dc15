"""When work is done by itself: a rule in words, and the times that follow from it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.value import Value

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORTEST = 5
"""Minutes between two times, at the least."""
_UNITS = {"minute": 1, "hour": 60}
_TIME = r"(?: at (?P<hour>\d{1,2}):(?P<minute>\d{2}))?"
_INTERVAL = re.compile(r"(?:(?P<count>\d{1,4}) )?(?P<unit>minute|hour)s?")
_DAY = re.compile(rf"day{_TIME}", re.IGNORECASE)
_WEEKDAY = re.compile(rf"(?P<name>{'|'.join(WEEKDAYS)}){_TIME}", re.IGNORECASE)
_MONTH = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? of (?:every|the|each) month{_TIME}", re.IGNORECASE
)
EXAMPLES = (
    "every 6 hours, every day at 06:00, every Monday at 07:00, on the 1st of every month at 06:00"
)


class Rule(Value):
    """How often: by interval, or at a local time of a day, weekday or day of the month.

    A local time that the change to summer time leaves out is taken an hour later; one that comes
    twice in autumn is taken the first time. Months without the day take their last one.
    """

    every: Literal["minutes", "day", "weekday", "month"]
    count: int = 0
    """Minutes; or the weekday, 0 is Monday; or the day of the month."""
    hour: int = 0
    minute: int = 0
    zone: str = "UTC"
    """IANA name, such as Europe/Lisbon."""

    def sentence(self) -> str:
        """The rule in words; ``parse`` reads it again."""
        if self.every == "minutes":
            unit, size = ("hour", 60) if self.count % 60 == 0 else ("minute", 1)
            number = self.count // size
            return f"every {unit}" if number == 1 else f"every {number} {unit}s"
        at = f"at {self.hour:02d}:{self.minute:02d}"
        if self.every == "day":
            return f"every day {at}"
        if self.every == "weekday":
            return f"every {WEEKDAYS[self.count]} {at}"
        return f"on the {_ordinal(self.count)} of every month {at}"

    def after(self, moment: datetime, due: datetime | None = None) -> datetime:
        """The first time later than ``moment``, both in UTC; intervals count on from ``due``."""
        if self.every == "minutes":
            step = timedelta(minutes=self.count)
            start = due or moment
            return start + step * max(1, (moment - start) // step + 1)
        zone = ZoneInfo(self.zone)
        day = moment.astimezone(zone).date() - timedelta(days=1)
        while True:
            at = datetime(day.year, day.month, day.day, self.hour, self.minute, tzinfo=zone)
            time = at.astimezone(UTC)
            if self._is_on(at) and time > moment:
                return time
            day += timedelta(days=1)

    def _is_on(self, day: datetime) -> bool:
        if self.every == "weekday":
            return day.weekday() == self.count
        if self.every == "month":
            last = (day + timedelta(days=1)).day == 1
            return day.day == self.count or (last and day.day < self.count)
        return True


class Schedule(Value):
    """Work that is put in line by itself; times are UTC ISO text."""

    id: str
    project: str
    kind: str
    parameters: dict[str, Any] = {}
    rule: Rule
    next_due: str
    last_run: str | None = None
    last_job: str | None = None
    enabled: bool = True
    author: str = ""
    author_kind: Literal["owner", "account"] = "owner"


def parse(text: str, zone: str = "UTC") -> Rule:
    """A rule from words, as ``Rule.sentence`` says them; "every" and "on the" may be left out.

    Raises InvalidParameter.
    """
    said = re.sub(r"\s+", " ", text.strip()).removeprefix("on ").removeprefix("the ")
    said = re.sub(r"^every ", "", said, flags=re.IGNORECASE)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "Such as Europe/Lisbon or UTC."
        raise InvalidParameter(f"There is no time zone {zone!r}.", hint=hint) from error
    if found := _INTERVAL.fullmatch(said.lower()):
        count = int(found["count"] or 1) * _UNITS[found["unit"]]
        if count < SHORTEST:
            what = f"Every {count} minutes is too often."
            raise InvalidParameter(what, hint=f"At least {SHORTEST} minutes.")
        return Rule(every="minutes", count=count, zone=zone)
    for pattern, every in ((_DAY, "day"), (_WEEKDAY, "weekday"), (_MONTH, "month")):
        if found := pattern.fullmatch(said):
            return _at(found, every, zone, text)
    raise InvalidParameter(f"{text!r} is no rule that is understood.", hint=f"Such as {EXAMPLES}.")


def _at(found: re.Match[str], every: Any, zone: str, text: str) -> Rule:
    parts = found.groupdict()
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    count = int(parts.get("day") or 0)
    if "name" in parts:
        count = [name.lower() for name in WEEKDAYS].index(parts["name"].lower())
    if hour > 23 or minute > 59 or (every == "month" and not 1 <= count <= 31):  # noqa: PLR2004
        raise InvalidParameter(f"{text!r} is no time there is.", hint=f"Such as {EXAMPLES}.")
    return Rule(every=every, count=count, hour=hour, minute=minute, zone=zone)


def _ordinal(day: int) -> str:
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
