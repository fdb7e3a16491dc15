from dataclasses import replace
from pathlib import Path

import pandas as pd
from seats import seat

from mll_core.domain.finding import Severity
from mll_core.domain.task import Task
from mll_core.plugins.views.twins import Twins


def test_rows_on_both_sides_are_counted_and_the_metric_told_without_them(tmp_path: Path) -> None:
    seen = seat(Task.BINARY)
    rows = pd.read_parquet(seen.files.test)
    both = pd.concat([pd.read_parquet(seen.files.development), rows.head(60)], ignore_index=True)
    both.to_parquet(tmp_path / "development.parquet")
    seen = replace(seen, files=replace(seen.files, development=tmp_path / "development.parquet"))
    sheet = Twins().look(seen)
    (finding,) = sheet.findings
    assert finding.severity is Severity.CHECK
    assert finding.sentence.startswith("60 of 500 test rows equal a row it learned from; without")
    assert [row[:2] for row in sheet.grids[0].rows] == [
        ("all test rows", 500),
        ("only new rows", 440),
        ("only repeated rows", 60),
    ]
    assert sheet.behind[0].places == tuple(range(60))


def test_none_on_both_sides_is_fine() -> None:
    (finding,) = Twins().look(seat(Task.BINARY)).findings
    assert finding.severity is Severity.OK
