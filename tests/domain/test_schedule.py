from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.schedule import Rule, parse


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("every 6 hours", "every 6 hours"),
        ("hour", "every hour"),
        ("90 minutes", "every 90 minutes"),
        ("day at 06:00", "every day at 06:00"),
        ("Every day", "every day at 00:00"),
        ("every monday at 7:05", "every Monday at 07:05"),
        ("on the 1st of every month", "on the 1st of every month at 00:00"),
        ("22nd of every month at 23:59", "on the 22nd of every month at 23:59"),
    ],
)
def test_a_rule_is_read_from_words_and_said_in_words_that_are_read_again(
    said: str, sentence: str
) -> None:
    rule = parse(said, "Europe/Lisbon")
    assert rule.sentence() == sentence
    assert parse(sentence, "Europe/Lisbon") == rule
    assert Rule(**rule.to_json()) == rule


@pytest.mark.parametrize(
    "said",
    [
        *("", "now and then", "day at 24:00", "day at 06:60", "32nd of every month"),
        *("every 0 hours", "every minute", "Mon at 07:00", "every -1 hours", "day at 06:00; x"),
    ],
)
def test_what_is_no_rule_is_refused_with_examples(said: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse(said)
    assert refused.value.hint


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "", "/etc/localtime"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(InvalidParameter, match="no time zone"):
        parse("day at 06:00", zone)


@pytest.mark.parametrize(
    ("said", "zone", "after", "first"),
    [
        ("day at 06:00", "UTC", "2026-03-01T05:59", "2026-03-01T06:00"),
        ("day at 06:00", "UTC", "2026-03-01T06:00", "2026-03-02T06:00"),
        ("day at 06:00", "Asia/Tokyo", "2026-03-01T20:00", "2026-03-01T21:00"),
        ("Monday at 07:00", "UTC", "2026-11-23T07:00", "2026-11-30T07:00"),
        ("31st of every month", "UTC", "2026-02-01T00:00", "2026-02-28T00:00"),
        ("29th of every month", "UTC", "2028-02-01T00:00", "2028-02-29T00:00"),
        # In Berlin the clock goes from 02:00 to 03:00 on 29 March 2026, back on 25 October.
        ("day at 06:00", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T04:00"),
        ("day at 06:00", "Europe/Berlin", "2026-10-24T12:00", "2026-10-25T05:00"),
        ("day at 02:30", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T01:30"),  # 03:30 there
        ("day at 02:30", "Europe/Berlin", "2026-10-24T12:00", "2026-10-25T00:30"),  # the first
        ("day at 02:30", "Europe/Berlin", "2026-10-25T00:30", "2026-10-26T01:30"),  # not the second
    ],
)
def test_the_next_time_is_the_local_one_also_when_clocks_change(
    said: str, zone: str, after: str, first: str
) -> None:
    assert parse(said, zone).after(utc(after)) == utc(first)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_every_day_of_a_year_has_exactly_one_time(zone: str) -> None:
    rule, moment = parse("day at 02:15", zone), utc("2025-12-31T12:00")
    times = []
    while len(times) < 365:
        moment = rule.after(moment)
        times.append(moment)
    assert max(b - a for a, b in pairwise(times)) <= timedelta(hours=25)
    assert min(b - a for a, b in pairwise(times)) >= timedelta(hours=23)


def test_intervals_count_on_from_when_they_were_due_and_missed_ones_are_one() -> None:
    rule, due = parse("every 6 hours"), utc("2026-03-01T06:00")
    assert rule.after(utc("2026-03-01T06:00:01"), due) == utc("2026-03-01T12:00")
    assert rule.after(utc("2026-03-03T07:00"), due) == utc("2026-03-03T12:00")
