import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from samples import replay

from mll_core.plugins.steps.encode_cycle import EncodeCycle


def test_the_last_hour_lies_beside_the_first() -> None:
    out = replay(EncodeCycle(column="h", period=24), h=[0.0, 6.0, 24.0, None, math.inf])
    np.testing.assert_allclose(out["h sine"][:3], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(out["h cosine"][:3], [1, 0, 1], atol=1e-12)
    assert out["h sine"][3:] == [None, None]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.sampled_from([7, 12, 24, 360]))
def test_it_agrees_with_numpy(values: list[float], period: int) -> None:
    out = replay(EncodeCycle(column="x", period=period), x=[*values])
    angle = np.fmod(values, period) * 2 * np.pi / period
    np.testing.assert_allclose(out["x sine"], np.sin(angle), atol=1e-9)
    np.testing.assert_allclose(out["x cosine"], np.cos(angle), atol=1e-9)
