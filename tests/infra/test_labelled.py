from pathlib import Path

import pandas as pd
import pytest

from mll_core.domain.errors import UnfitRows, UnknownColumn
from mll_core.infra import labelled


def parquet(path: Path, **columns: list[object]) -> Path:
    path = path.with_suffix(".parquet")
    pd.DataFrame(columns).to_parquet(path)
    return path


def test_outcomes_are_matched_by_key_and_order_stays(tmp_path: Path) -> None:
    rows = parquet(tmp_path / "r", id=["c", "a", "b"], x=[1, 2, 3])
    told = parquet(tmp_path / "o", id=["a", "c"], y=["no", "yes"])
    out = tmp_path / "out.parquet"
    assert labelled.join(rows, told, keys=["id"], target="y", parquet=out) == 2
    assert pd.read_parquet(out).to_dict("list") == {
        "id": ["c", "a"],
        "x": [1, 2],
        "y": ["yes", "no"],
    }


def test_no_key_a_missing_column_and_two_outcomes_are_refused(tmp_path: Path) -> None:
    rows = parquet(tmp_path / "r", id=["a"])
    told = parquet(tmp_path / "o", id=["a", "a"], y=[1, 2])
    out = tmp_path / "out.parquet"
    with pytest.raises(UnfitRows, match="without a key"):
        labelled.join(rows, told, keys=[], target="y", parquet=out)
    with pytest.raises(UnknownColumn, match="'z'"):
        labelled.join(rows, told, keys=["id"], target="z", parquet=out)
    with pytest.raises(UnfitRows, match="more than one outcome"):
        labelled.join(rows, told, keys=["id"], target="y", parquet=out)


def test_rows_already_seen_are_left_out(tmp_path: Path) -> None:
    rows = parquet(tmp_path / "r", a=[1, 2, None], b=["x", None, "z"])
    seen = parquet(tmp_path / "s", a=[1.0, None], b=["x", "z"])
    assert labelled.unseen(rows, seen, tmp_path / "out.parquet") == 1
    assert pd.read_parquet(tmp_path / "out.parquet")["a"].tolist() == [2.0]
