import math

import numpy as np
import pytest
from samples import replay
from scipy.stats import norm
from sklearn.preprocessing import QuantileTransformer

from mll_core.plugins.steps.spread_numbers import SpreadNumbers

RNG = np.random.default_rng(0)
VALUES = {
    "skewed": RNG.lognormal(size=1501),
    "ties": RNG.integers(0, 7, 400).astype(float),
    "few": np.array([3.0, 1.0, 2.0]),
}
NAMES = {"even": "uniform", "bell": "normal"}


@pytest.mark.parametrize("shape", NAMES)
@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("parts", [100, 1000])
def test_it_agrees_with_scikit_learn(shape: str, values: np.ndarray, parts: int) -> None:
    if len(values) <= parts:  # scikit-learn takes no more quantiles than rows
        parts = len(values) - 1 if len(values) > 10 else parts
    reference = QuantileTransformer(
        n_quantiles=parts + 1, output_distribution=NAMES[shape], subsample=None
    )
    if len(values) <= parts:
        reference.set_params(n_quantiles=len(values))
    expected = reference.fit_transform(values[:, None])[:, 0]
    step = SpreadNumbers(column="x", shape=shape, parts=parts)
    np.testing.assert_allclose(replay(step, x=[*values])["x"], expected, atol=1e-9)


def test_new_values_between_and_beyond_are_placed_as_scikit_learn_places_them() -> None:
    import pandas as pd

    from mll_core.domain.recipe import Recipe
    from mll_core.infra.recipe_transformer import RecipeTransformer

    seen, new = VALUES["ties"], np.array([-5.0, -1e-9, 0.0, 0.5, 3.0, 3.25, 6.0, 6.1, 1e300])
    for shape, name in NAMES.items():
        reference = QuantileTransformer(
            n_quantiles=101, output_distribution=name, subsample=None
        ).fit(seen[:, None])
        fitted = RecipeTransformer(Recipe(steps=(SpreadNumbers(column="x", shape=shape),)))
        after = fitted.fit(pd.DataFrame({"x": seen})).transform(pd.DataFrame({"x": new}))["x"]
        np.testing.assert_allclose(after, reference.transform(new[:, None])[:, 0], atol=1e-9)


def test_the_bell_is_scipys() -> None:
    import ibis
    import pyarrow as pa

    from mll_core.domain.bell import bell
    from mll_core.infra import warehouse

    shares = np.r_[1e-300, 1e-12, 1e-7, np.linspace(0.001, 0.999, 999), 1 - 1e-7]
    rows = pa.table({"p": shares})
    table: ibis.Table = warehouse.table(rows)
    query = table.select(z=bell(table["p"]))
    found = [float(row["z"] or 0) for row in warehouse.records(query, rows)]
    np.testing.assert_allclose(found, norm.ppf(shares), rtol=1e-13, atol=1e-15)


def test_missing_stays_missing_and_a_column_without_values_teaches_nothing() -> None:
    assert replay(SpreadNumbers(column="x", shape="even"), x=[1.0, None, 3.0])["x"] == [0, None, 1]
    assert replay(SpreadNumbers(column="x"), x=[math.nan, math.nan])["x"] == [None, None]
