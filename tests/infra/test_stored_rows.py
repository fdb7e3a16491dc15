from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evaluate_cases import order

from mll_core.domain.task import Task
from mll_core.infra import stored_rows
from mll_core.infra.stored_rows import StoredRows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    table = pd.DataFrame(
        {
            "n": [1.0, None, 3.0, 4.0, 5.0, 6.0, 7.0],
            "word": ["a", None, "b", "a", "", "c", "ü"],
            "day": pd.date_range("2026-01-01", periods=7).date,
        }
    )
    table.to_parquet(tmp_path / "rows.parquet")
    return tmp_path / "rows.parquet"


def test_what_is_read_in_parts_is_what_the_whole_file_holds(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_rows, "PART", 2)
    places = np.array([0, 1, 4, 6])
    rows, whole = StoredRows(file, places), pd.read_parquet(file).iloc[places]
    pd.testing.assert_frame_equal(
        pd.concat(rows.parts(), ignore_index=True), whole.reset_index(drop=True)
    )
    assert [len(part) for part in rows.parts(("word",))] == [2, 1, 1]
    for name in rows.columns:
        pd.testing.assert_series_equal(rows[name], whole[name].reset_index(drop=True))
    few = rows.take(np.array([3, 0]))
    pd.testing.assert_frame_equal(few, whole.iloc[[3, 0]].reset_index(drop=True))
    assert "day" in rows
    assert None not in rows


def test_a_sample_is_the_one_pandas_draws_from_all_rows(file: Path) -> None:
    drawn = StoredRows.all(file).sample(3, seed=5)
    whole = pd.read_parquet(file).sample(3, random_state=5).reset_index(drop=True)
    pd.testing.assert_frame_equal(drawn, whole)
    assert len(StoredRows.all(file).sample(1000, seed=5)) == 7


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_rows_scored_in_parts_are_scored_alike(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = order(tmp_path, task)
    whole = made.fitted.predictions(pd.read_parquet(made.test))
    monkeypatch.setattr(stored_rows, "PART", 64)
    parts = stored_rows.predictions(made.fitted, stored_rows.answered(made.fitted, made.test))
    np.testing.assert_array_equal(parts.truth, whole.truth)
    np.testing.assert_array_equal(parts.label, whole.label)
    np.testing.assert_allclose(parts.score, whole.score, rtol=1e-12)
