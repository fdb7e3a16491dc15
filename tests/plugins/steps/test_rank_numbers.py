import math

import numpy as np
from samples import replay
from sklearn.preprocessing import QuantileTransformer

from mll_core.plugins.steps.rank_numbers import RankNumbers

STEP = RankNumbers(column="x")


def test_it_agrees_with_scikit_learn() -> None:
    values = np.random.default_rng(0).lognormal(size=501)
    reference = QuantileTransformer(n_quantiles=101, subsample=None)
    expected = reference.fit_transform(values[:, None])[:, 0]
    np.testing.assert_allclose(replay(STEP, x=[*values])["x"], expected, atol=1e-9)


def test_beyond_what_was_seen_is_the_first_or_the_last() -> None:
    said = replay(STEP, x=[*map(float, range(101)), math.inf, -math.inf, None])["x"]
    assert said[:3] == [0, 0.01, 0.02]
    assert said[101:] == [1, 0, None]


def test_a_column_without_values_has_no_ranks() -> None:
    assert replay(STEP, x=[math.nan, math.nan])["x"] == [None, None]
