from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError
from samples import parquet

from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.keep_period import KeepPeriod
from mll_core.stages import prepare

ROWS = pd.DataFrame({"at": [*pd.date_range("2024-01-01", periods=10), pd.NaT], "n": range(11)})


@pytest.mark.parametrize(
    ("bounds", "left"),
    [
        ({"start": "2024-01-08"}, [7, 8, 9]),
        ({"start": None, "to": "2024-01-03"}, [0, 1]),
        ({"start": None, "newest_days": 2}, [8, 9]),
        ({"start": "2024-01-02", "to": "2024-01-04", "newest_days": 9}, [1, 2]),
    ],
)
def test_the_rows_of_the_period_are_kept(
    bounds: dict[str, object], left: list[int], tmp_path: Path
) -> None:
    step = KeepPeriod(column="at", **bounds)
    shown = prepare.preview(Recipe(steps=(step,)), parquet(tmp_path, ROWS))
    assert shown.after["n"].astype(int).tolist() == left


def test_no_day_and_no_period_are_refused() -> None:
    with pytest.raises(ValidationError, match="is no day"):
        KeepPeriod(column="at", start="soon")
    with pytest.raises(ValidationError, match="give start, to or newest_days"):
        KeepPeriod(column="at", start=None)
