import pandas as pd
import pytest
from samples import replay

from mll_core.plugins.steps.date_parts import DateParts

DATES = pd.to_datetime(["2024-02-29 13:45", "2023-12-31 00:00", "1969-07-20 20:17", None])
PANDAS = {
    "year": DATES.year,
    "quarter": DATES.quarter,
    "month": DATES.month,
    "week": DATES.isocalendar().week.to_numpy(dtype=float, na_value=float("nan")),
    "day": DATES.day,
    "weekday": DATES.day_of_week,
    "day of year": DATES.day_of_year,
    "hour": DATES.hour,
    "minute": DATES.minute,
}


@pytest.mark.parametrize("part", PANDAS)
def test_every_part_is_what_pandas_says(part: str) -> None:
    said = replay(DateParts(column="at", parts=(part,)), at=[*DATES])[f"at {part}"]
    expected = pd.Series(PANDAS[part], dtype="float64")
    assert said[:3] == expected[:3].tolist()
    assert said[3] is None


def test_saturday_and_sunday_are_the_weekend() -> None:
    days = list(pd.date_range("2024-03-04", periods=7))
    said = replay(DateParts(column="at", parts=("weekend",)), at=days)["at weekend"]
    assert said == [0, 0, 0, 0, 0, 1, 1]


def test_the_ends_of_months_are_what_pandas_says() -> None:
    days = pd.date_range("1899-12-01", "1904-12-31").append(
        pd.date_range("2023-12-01", "2024-12-31")
    )
    step = DateParts(column="at", parts=("first of month", "last of month"))
    said = replay(step, at=[*days])
    assert said["at first of month"] == days.is_month_start.tolist()
    assert said["at last of month"] == days.is_month_end.tolist()
