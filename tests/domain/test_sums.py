import math
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from mll_core.domain import sums
from mll_core.infra import warehouse


def mean(values: Sequence[float] | np.ndarray) -> float:
    rows = pa.table({"value": pa.array(values, pa.float64())})
    parts = sums.parted(warehouse.table(rows))
    (found,) = warehouse.records(parts.aggregate(m=sums.mean(parts)), rows)
    return math.nan if found["m"] is None else float(found["m"])


def test_a_mean_is_the_same_to_the_last_bit_in_any_order_and_side_by_side() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=300_000) * 10.0 ** rng.integers(-6, 6, 300_000)
    found = {mean(rng.permutation(values)) for _ in range(4)}
    assert len(found) == 1
    assert found.pop() == pytest.approx(math.fsum(values) / len(values), rel=1e-12)


def test_round_numbers_zeros_huge_ones_and_none() -> None:
    assert mean([1.0, 2.0, 6.0]) == 3
    assert mean([0.0, 0.0]) == 0
    assert mean([1e300, 3e300]) == pytest.approx(2e300, rel=1e-15)
    assert math.isnan(mean([]))
    assert math.isnan(mean([None]))  # type: ignore[list-item]
