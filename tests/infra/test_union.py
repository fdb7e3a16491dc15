from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mll_core.domain.data import Column, DataVersion
from mll_core.domain.errors import UnfitRows
from mll_core.infra import warehouse
from mll_core.infra.objects import ObjectStore
from mll_core.infra.union import union


def version(objects: ObjectStore, **columns: list[object]) -> DataVersion:
    path = objects.new()
    pq.write_table(pa.table(columns), path)
    types = warehouse.columns(path)
    size = path.stat().st_size
    return DataVersion(
        sha256=objects.keep(path),
        rows=len(next(iter(columns.values()))),
        columns=tuple(Column(name=name, type=dtype) for name, dtype in types.items()),
        source="rows.csv",
        bytes=size,
        understood="",
    )


def joined(
    tmp_path: Path, first: dict[str, list[object]], later: dict[str, list[object]]
) -> DataVersion:
    objects = ObjectStore(tmp_path)
    return union(version(objects, **first), version(objects, **later), objects)


def values(tmp_path: Path, found: DataVersion, name: str) -> list[object]:
    frame = pd.read_parquet(ObjectStore(tmp_path).path(found.sha256))
    return [None if pd.isna(value) else value for value in frame[name]]


def test_rows_follow_by_name_and_a_column_that_lacks_is_missing(tmp_path: Path) -> None:
    found = joined(tmp_path, {"a": [1, 2], "b": ["x", "y"]}, {"b": ["z"], "c": [1.5]})
    assert found.rows == 3
    assert [column.name for column in found.columns] == ["a", "b"]
    assert values(tmp_path, found, "a") == [1, 2, None]
    assert values(tmp_path, found, "b") == ["x", "y", "z"]


def test_a_fraction_below_whole_numbers_is_not_rounded_away(tmp_path: Path) -> None:
    found = joined(tmp_path, {"a": [1, 2]}, {"a": [0.5, None]})
    assert found.columns[0].type == "DOUBLE"
    assert values(tmp_path, found, "a") == [1.0, 2.0, 0.5, None]


def test_whole_numbers_stay_whole_when_the_later_ones_are_only_written_otherwise(
    tmp_path: Path,
) -> None:
    found = joined(tmp_path, {"a": [1, 2]}, {"a": [3.0, None]})
    assert found.columns[0].type == "BIGINT"
    assert values(tmp_path, found, "a") == [1, 2, 3, None]


def test_a_number_too_large_for_whole_ones_is_refused_or_kept_but_never_another(
    tmp_path: Path,
) -> None:
    with pytest.raises(UnfitRows, match="does not fit"):
        joined(tmp_path, {"a": [1, 2]}, {"a": [1e300]})


def test_a_time_of_day_below_dates_is_not_cut(tmp_path: Path) -> None:
    days, moments = [date(2024, 1, 1)], [datetime(2024, 1, 2, 12, 30)]
    found = joined(tmp_path, {"at": days}, {"at": moments})
    assert found.columns[0].type.startswith("TIMESTAMP")
    assert values(tmp_path, found, "at")[1] == pd.Timestamp("2024-01-02 12:30")
    plain = joined(tmp_path, {"at": days}, {"at": [datetime(2024, 1, 2)]})
    assert plain.columns[0].type == "DATE"
