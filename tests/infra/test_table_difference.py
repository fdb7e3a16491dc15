"""How many different values a column has is counted, or said to be about so many."""

from pathlib import Path

import pandas as pd
import pytest
from samples import parquet

from mll_core.infra import table_difference

OLD = pd.DataFrame({"n": range(30_000), "part": ["a", "b", "c"] * 10_000})


def said(tmp_path: Path) -> list[str]:
    new = OLD.assign(n=OLD["n"] // 3, part=OLD["part"].where(OLD["n"] % 3 < 2))
    found = table_difference.compare(parquet(tmp_path, OLD, "old"), parquet(tmp_path, new, "new"))
    return [column.sentence for column in found.columns]


def test_different_values_are_counted_one_by_one(tmp_path: Path) -> None:
    number, part = said(tmp_path)
    assert "different values 30,000 → 10,000" in number
    assert "different values 3 → 2" in part


def test_above_so_many_they_are_estimated_and_said_to_be_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_difference, "EXACT", 15_000)
    number, part = said(tmp_path)
    assert "different values about " in number
    assert "→ 10,000" in number
    assert "different values 3 → 2" in part
