from datetime import date

import pytest

from pages._ui import case_form, numbers, waterfall


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("0870-05-01T00:00:00", case_form.EARLIEST),
        ("-0044-03-15", case_form.EARLIEST),
        ("12026-01-01", case_form.LATEST),
        ("1999-12-31T23:59:59", date(1999, 12, 31)),
    ],
)
def test_a_day_beyond_the_calendar_of_a_browser_is_its_first_or_last(
    moment: str, day: date
) -> None:
    assert case_form._day(moment) == day


def test_chances_near_nothing_and_numbers_without_end_are_told() -> None:
    assert waterfall._told(-5_000.0, "log-odds", chances=True) == "0 %"
    assert waterfall._told(5_000.0, "log-odds", chances=True) == "100 %"
    assert numbers.plain(float("inf")) == numbers.plain(float("-inf")) == numbers.MISSING
