from typing import Any

import numpy as np
import pytest
from check_cases import found, found_in, real_parquet
from hypothesis import given, settings
from hypothesis import strategies as st

from mll_core.domain.task import Task
from mll_core.plugins.checks.target_identity import TargetIdentity

RNG = np.random.default_rng(0)
N = 500


def parts(noise: float = 0.0) -> dict[str, Any]:
    a, b, c = RNG.integers(0, 100, N), RNG.gamma(2, 30, N), RNG.normal(size=N)
    return {"a": a, "b": b, "c": c, "y": 2 * a + b - 7 + noise * RNG.normal(size=N)}


def test_the_parts_of_a_total_are_held_out_and_nothing_else() -> None:
    findings = found(TargetIdentity(), parts(), "y", task=Task.REGRESSION)
    assert [finding.column for finding in findings] == ["a", "b"]
    assert all(finding.fix and finding.fix.safe for finding in findings)
    assert "'y' is exactly a weighted sum of 'a', 'b'" in findings[0].sentence


@pytest.mark.parametrize("noise", [0.01, 1.0])
def test_a_good_model_is_not_an_identity(noise: float) -> None:
    assert found(TargetIdentity(), parts(noise), "y", task=Task.REGRESSION) == []


def test_rows_with_gaps_are_left_out_and_classes_are_not_looked_at() -> None:
    rows = parts()
    rows["a"] = [None if i < 10 else int(a) for i, a in enumerate(rows["a"])]
    assert len(found(TargetIdentity(), rows, "y", task=Task.REGRESSION)) == 2
    assert found(TargetIdentity(), rows, "y", task=Task.BINARY) == []


def test_few_rows_prove_nothing() -> None:
    rows = {name: values[:15] for name, values in parts().items()}
    assert found(TargetIdentity(), rows, "y", task=Task.REGRESSION) == []


@settings(max_examples=10)
@given(st.lists(st.integers(-5, 5).filter(bool), min_size=1, max_size=4), st.integers(0, 1000))
def test_any_weighted_sum_is_found(weights: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = {f"x{i}": rng.normal(i, 10, 200) for i in range(5)}
    rows["y"] = sum(w * rows[f"x{i}"] for i, w in enumerate(weights)) + 3.0
    findings = found(TargetIdentity(), rows, "y", task=Task.REGRESSION)
    assert [finding.column for finding in findings] == [f"x{i}" for i in range(len(weights))]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "target", "columns"),
    [
        ("bike_sharing_hour.csv", "cnt", ["casual", "registered"]),
        ("ames_housing.csv", "SalePrice", []),
        ("california_housing.csv", "median_house_value", []),
    ],
)
def test_the_total_of_real_tables(name: str, target: str, columns: list[str]) -> None:
    findings = found_in(TargetIdentity(), real_parquet(name), target, task=Task.REGRESSION)
    assert [finding.column for finding in findings] == columns


def test_infinite_answers_count_as_missing_and_a_few_others_prove_nothing() -> None:
    rows = parts()
    rows["y"] = np.where(np.arange(N) % 7 == 0, np.inf, rows["y"])
    assert len(found(TargetIdentity(), rows, "y", task=Task.REGRESSION)) == 2
    noise = {name: RNG.normal(size=N) for name in "abc"}
    few = np.where(np.arange(N) < 4, RNG.normal(size=N), -np.inf)
    assert found(TargetIdentity(), {**noise, "y": few}, "y", task=Task.REGRESSION) == []
