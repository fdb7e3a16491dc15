import pandas as pd
import pytest
from samples import replay

from mll_core.domain.errors import InvalidParameter
from mll_core.plugins.steps.time_since import TimeSince

DATES = pd.to_datetime(["2024-03-01 12:00", "2019-12-31", "1969-12-31 23:59:59"], format="mixed")


def test_days_since_a_date_are_what_pandas_says() -> None:
    said = replay(TimeSince(column="at", since="2020-01-01", into="x"), at=[*DATES, None])["x"]
    assert said[:3] == ((DATES - pd.Timestamp("2020-01-01")).total_seconds() / 86400).tolist()
    assert said[3] is None


def test_another_unit_may_be_asked_for() -> None:
    step = TimeSince(column="at", since="2024-03-01", unit="hours", into="x")
    assert replay(step, at=[DATES[0]])["x"] == [12]


def test_what_is_no_day_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="'soon' is no day"):
        TimeSince.of(column="at", since="soon", into="x")
