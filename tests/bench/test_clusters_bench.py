"""How long it takes to compare the most values a page compares: 100,000."""

import random
import time

import pytest

from mll_core.domain.clusters import METHODS, Method, clusters
from mll_core.stages.prepare.alike import MOST

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("method", METHODS)
def test_all_values_of_a_wide_column_are_compared(method: Method) -> None:
    draw = random.Random(0)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(3_000)]
    names = sorted({f"{draw.choice(words)} {draw.choice(words)}" for _ in range(MOST * 13 // 10)})
    began = time.process_time()
    found = clusters(dict.fromkeys(names[:MOST], 1), method)
    print(f"{method}: {len(found)} groups, {time.process_time() - began:.1f} s of processor time")
    assert time.process_time() - began < 60
