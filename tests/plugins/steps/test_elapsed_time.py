import pandas as pd
import pytest
from samples import replay

from mll_core.plugins.steps.elapsed_time import ElapsedTime

HOURS = 36.0


@pytest.mark.parametrize(
    ("unit", "hours"),
    [
        ("minutes", 1 / 60),
        ("hours", 1),
        ("days", 24),
        ("weeks", 168),
        ("months", 365.2425 * 2),
        ("years", 365.2425 * 24),
    ],
)
def test_the_time_between_is_measured_in_the_unit(unit: str, hours: float) -> None:
    step = ElapsedTime(start="a", end="b", unit=unit, into="took")
    a = [pd.Timestamp("2024-02-28 12:00"), pd.NaT]
    b = [pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-01")]
    said = replay(step, a=a, b=b)["took"]
    assert said[0] == pytest.approx(HOURS / hours, rel=1e-12)
    assert said[1] is None


def test_an_end_before_the_start_is_negative() -> None:
    step = ElapsedTime(start="a", end="b", into="took")
    a, b = [pd.Timestamp("2024-01-02")], [pd.Timestamp("2024-01-01")]
    assert replay(step, a=a, b=b)["took"] == [-1]


def test_the_seconds_are_what_pandas_says() -> None:
    a = pd.to_datetime(["1969-07-20 20:17:40", "2024-02-29", "1700-01-01"], format="mixed")
    b = pd.to_datetime(["2024-01-01", "1969-12-31 23:59:59", "2200-01-01 00:00:01"], format="mixed")
    said = replay(ElapsedTime(start="a", end="b", into="took"), a=[*a], b=[*b])["took"]
    assert said == ((b - a).total_seconds() / 86400).tolist()
