import pandas as pd
import pytest
from samples import replay

from mll_core.plugins.steps.elapsed_time import ElapsedTime

HOURS = 36.0


@pytest.mark.parametrize(
    ("unit", "hours"), [("hours", 1), ("days", 24), ("weeks", 168), ("years", 365.2425 * 24)]
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
