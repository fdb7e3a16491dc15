import datetime as dt

import pandas as pd

from pages._ui import tables


def test_dates_are_shown_without_a_time_where_all_are_midnights() -> None:
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-02-29", None]),
            "moment": pd.to_datetime(["2024-02-29 00:00:00", "2024-03-01 12:30:00"]),
            "never": pd.to_datetime([None, None]),
            "n": [1, 2],
        }
    )
    shown = tables.dated(frame)
    assert shown["day"].tolist() == [dt.date(2024, 2, 29), None]
    assert shown["moment"].equals(frame["moment"])
    assert list(shown.columns) == list(frame.columns)
    assert shown["n"].equals(frame["n"])
