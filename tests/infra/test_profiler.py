"""The profile against pandas and numpy, on ordinary and on awkward columns."""

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_data import real

from mll_core.domain.connector import ReadOptions, quiet
from mll_core.domain.data import ColumnProfile, Profile
from mll_core.infra import profiler, reader

LEVELS = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]


def profile(folder: Path, table: pa.Table) -> Profile:
    pq.write_table(table, folder / "t.parquet")
    return profiler.profile(folder / "t.parquet")


def column(folder: Path, values: Any, dtype: pa.DataType | None = None) -> ColumnProfile:
    found = profile(folder, pa.table({"x": pa.array(values, dtype)})).column("x")
    assert found
    return found


def agrees_with_numpy(found: ColumnProfile, values: np.ndarray) -> None:
    known = values[np.isfinite(values)]
    assert found.nulls == np.isnan(values).sum()
    assert found.distinct == len(np.unique(values[~np.isnan(values)]))
    if not len(known):
        assert found.mean is None
        assert found.quantiles is None
        return
    assert (found.min, found.max) == (known.min(), known.max())
    assert found.mean == pytest.approx(math.fsum(known) / len(known), rel=1e-9, abs=1e-300)
    scale = np.abs(known).max() or 1
    if len(known) > 1:
        expected = scale * np.std(known / scale, ddof=1)
        assert found.std == pytest.approx(expected, rel=1e-6, abs=1e-9 * scale)
    else:
        assert found.std is None
    assert found.quantiles is not None
    assert list(found.quantiles) == ["0.01", "0.05", "0.25", "0.5", "0.75", "0.95", "0.99"]
    assert list(found.quantiles.values()) == pytest.approx(
        np.quantile(known, LEVELS), rel=1e-9, abs=1e-12 * scale
    )
    assert sum(bar.count for bar in found.histogram) == len(known)
    assert (found.histogram[0].low, found.histogram[-1].high) == (known.min(), known.max())


# Squares of larger numbers overflow in the reference, not in the profile.
moderate = st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100)
awkward = moderate | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1.0])


@given(st.lists(awkward, min_size=1, max_size=60))
def test_numbers_agree_with_numpy_whatever_they_are(values: list[float]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        agrees_with_numpy(column(Path(folder), values, pa.float64()), np.array(values))


@pytest.mark.parametrize("dtype", [pa.int8(), pa.uint16(), pa.int64(), pa.float32()])
def test_number_types_agree_with_numpy(tmp_path: Path, dtype: pa.DataType) -> None:
    values = np.random.default_rng(1).integers(0, 100, 500)
    agrees_with_numpy(column(tmp_path, values, dtype), values.astype(float))


@pytest.mark.parametrize("shape", ["wide", "skewed"])
def test_many_distinct_numbers_agree_with_numpy(tmp_path: Path, shape: str) -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(5, 2, 150_000) if shape == "wide" else rng.lognormal(0, 2, 150_000)
    values[::1000] = np.nan
    found = column(tmp_path, values, pa.float64())
    distinct = found.distinct
    agrees_with_numpy(found.model_copy(update={"distinct": len(np.unique(values)) - 1}), values)
    assert distinct == pytest.approx(149_850, rel=0.1)  # said to be approximate
    counts, edges = np.histogram(values[~np.isnan(values)], bins=20)
    assert [bar.low for bar in found.histogram] == pytest.approx(edges[:-1])
    assert np.abs(np.array([bar.count for bar in found.histogram]) - counts).max() <= 1


def test_the_histogram_is_that_of_numpy(tmp_path: Path) -> None:
    values = np.random.default_rng(3).gamma(2, 3, 5_000).round(2)
    found = column(tmp_path, values)
    counts, _ = np.histogram(values, bins=20)
    assert np.abs(np.array([bar.count for bar in found.histogram]) - counts).max() <= 2


def test_text_is_counted_and_measured(tmp_path: Path) -> None:
    values = ["a"] * 5 + ["bb"] * 3 + ["ü\u200d", "", None]
    found = column(tmp_path, values)
    assert [(top.value, top.count) for top in found.top][:2] == [("a", 5), ("bb", 3)]
    assert (found.nulls, found.distinct) == (1, 4)
    assert found.mean_length == pytest.approx(np.mean([len(v) for v in values if v is not None]))
    assert (found.min, found.mean, found.histogram) == (None, None, ())


def test_frequent_values_are_found_among_many(tmp_path: Path) -> None:
    values = [f"v{i}" for i in range(200_000)] + ["often"] * 9 + ["v7"] * 3
    np.random.default_rng(4).shuffle(values)
    found = column(tmp_path, values[:100_000] + ["often"] * 5 + values[100_000:])
    assert (found.top[0].value, found.top[0].count) == ("often", 14)


def test_dates_and_times_are_iso_text(tmp_path: Path) -> None:
    days = [dt.date(2024, 1, 1), dt.date(2024, 1, 31), None]
    found = column(tmp_path, days)
    assert (found.semantic, found.min, found.max) == ("date", "2024-01-01", "2024-01-31")
    assert found.histogram[0].low == dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp()
    found = column(tmp_path, [dt.datetime(2024, 1, 1, 10, 30), dt.datetime(2024, 1, 2)])
    assert (found.min, found.top[0].value) == ("2024-01-01T10:30:00", "2024-01-01T10:30:00")


def test_booleans_lists_and_decimals_have_a_profile(tmp_path: Path) -> None:
    found = column(tmp_path, [True, False, True, None])
    assert found.semantic == "boolean"
    assert [(top.value, top.count) for top in found.top] == [("true", 2), ("false", 1)]
    assert column(tmp_path, [[1, 2], [3], None]).distinct == 2
    assert column(tmp_path, [1, 2, 4], pa.decimal128(10, 2)).mean == pytest.approx(7 / 3)


@pytest.mark.parametrize("name", ['in "come', "self", "ä ö", "select", "a.b", "x'y", "1", " "])
def test_columns_of_any_name_are_profiled(tmp_path: Path, name: str) -> None:
    found = profile(tmp_path, pa.table({name: [1, 2, None], "other": ["a", "b", "b"]}))
    assert [c.name for c in found.columns] == [name, "other"]
    assert found.columns[0].nulls == 1


def test_one_row_and_equal_rows_are_fine(tmp_path: Path) -> None:
    found = column(tmp_path, [3])
    assert (found.semantic, found.mean, found.std) == ("constant", 3, None)
    found = column(tmp_path, [3.5] * 10)
    assert (found.semantic, found.std, len(found.histogram)) == ("constant", 0, 1)
    assert column(tmp_path, [None, None], pa.string()).semantic == "empty"
    assert profile(tmp_path, pa.table({"x": pa.array([], pa.int64())})).rows == 0


@given(st.lists(st.tuples(st.integers(0, 2) | st.none(), st.sampled_from("ab")), max_size=30))
def test_repeated_rows_are_those_of_pandas(rows: list[tuple[int | None, str]]) -> None:
    import tempfile

    frame = pd.DataFrame(rows, columns=["n", "t"]).astype({"n": "Int64"})
    with tempfile.TemporaryDirectory() as folder:
        found = profile(Path(folder), pa.Table.from_pandas(frame, preserve_index=False))
    assert found.duplicates == frame.duplicated().sum()


def semantics(values: list[Any], name: str = "x") -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        found = profile(Path(folder), pa.table({name: values})).columns[0]
    return found.semantic


def test_identifiers_are_told_from_measures() -> None:
    rng = np.random.default_rng(5)
    assert semantics(list(range(1, 101)), "row") == "id"
    assert semantics([int(x) for x in rng.permutation(10**6)[:200]], "customerID") == "id"
    assert semantics([int(x) for x in rng.permutation(10**6)[:200]], "salary") == "integer"
    assert semantics([float(x) for x in rng.normal(size=200)], "user_id") == "number"
    assert semantics([f"TX-{i:05d}" for i in range(200)]) == "id"
    assert semantics([f"the customer wrote {i} words" for i in range(200)]) == "text"
    assert semantics(["red", "green"] * 100) == "category"
    assert semantics([1, 2, 3]) == "integer"  # too few rows to tell


def test_a_profile_survives_json(tmp_path: Path) -> None:
    table = pa.table({"x": [1.5, math.inf, math.nan], "t": ["a", None, "b"]})
    found = profile(tmp_path, table)
    assert Profile.model_validate_json(found.model_dump_json()) == found


@pytest.mark.real
@pytest.mark.parametrize("name", ["adult.csv", "california_housing.csv"])
def test_real_columns_agree_with_pandas(name: str, tmp_path: Path) -> None:
    parquet = tmp_path / "t.parquet"
    reader.read_text([real(name)], ReadOptions(), parquet, quiet)
    found, frame = profiler.profile(parquet), pd.read_csv(real(name))
    assert found.duplicates == frame.duplicated().sum()
    for one in found.columns:
        if one.mean is not None:
            agrees_with_numpy(one, frame[one.name].to_numpy(float))
        else:
            assert one.distinct == frame[one.name].nunique()
            assert one.top[0].count == frame[one.name].value_counts().iloc[0]
