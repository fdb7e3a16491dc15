import numpy as np
import pandas as pd
import pytest
from samples import replay
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.preprocessing import StandardScaler

from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.reduce_numbers import ReduceNumbers

DRAW = np.random.default_rng(0)
ROWS = DRAW.normal(size=(200, 3)) @ DRAW.normal(size=(3, 5)) + DRAW.normal(size=(200, 5)) * 0.1 + 7
NAMES = tuple("abcde")


def made(step: ReduceNumbers, rows: np.ndarray) -> np.ndarray:
    out = replay(step, **dict(zip(NAMES, rows.T.tolist(), strict=True)))
    return np.array([out[name] for name in out if name.startswith("p ")]).T


def turned(axes: np.ndarray) -> np.ndarray:
    return np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])


def test_principal_components_are_those_of_scikit_learn() -> None:
    even = StandardScaler().fit_transform(ROWS)
    pca = PCA(3).fit(even)
    expected = pca.transform(even) * turned(pca.components_)
    got = made(ReduceNumbers(columns=NAMES, most=3, into="p"), ROWS)
    np.testing.assert_allclose(got, expected, atol=1e-10)


def test_the_svd_is_that_of_scikit_learn() -> None:
    svd = TruncatedSVD(2, algorithm="arpack", random_state=0).fit(ROWS)
    expected = svd.transform(ROWS) * turned(svd.components_)
    got = made(ReduceNumbers(columns=NAMES, how="SVD", into="p"), ROWS)
    np.testing.assert_allclose(got, expected, atol=1e-8)


def test_rows_that_are_there_twice_count_twice() -> None:
    rows = np.vstack([ROWS, ROWS[:50], ROWS[:50]])
    even = StandardScaler().fit_transform(rows)
    pca = PCA(2).fit(even)
    expected = pca.transform(even) * turned(pca.components_)
    got = made(ReduceNumbers(columns=NAMES, into="p"), rows)
    np.testing.assert_allclose(got, expected, atol=1e-10)


def test_the_same_rows_in_another_order_teach_the_same() -> None:
    frame = pd.DataFrame(np.tile(DRAW.normal(size=(6_000, 5)), (2, 1)), columns=NAMES)
    step = ReduceNumbers(columns=NAMES, into="p")
    one, other = (
        RecipeTransformer(Recipe(steps=(step,))).fit(rows).prepared_
        for rows in (frame, frame.sample(frac=1, random_state=1))
    )
    assert one == other


def test_a_missing_number_counts_as_the_mean() -> None:
    step = ReduceNumbers(columns=("a", "b"), most=1, into="p")
    out = replay(step, a=[1.0, 3.0, None, 2.0], b=[1.0, 3.0, None, 2.0])
    assert out["p 1"][2:] == [0, 0]
    assert out["p 1"][1] == pytest.approx(np.sqrt(2) * np.sqrt(1.5))


def test_no_more_columns_come_out_than_go_in() -> None:
    out = replay(ReduceNumbers(columns=("a", "b"), most=9, into="p"), a=[1.0, 2.0], b=[2.0, 9.0])
    assert [*out] == ["a", "b", "p 1", "p 2"]
