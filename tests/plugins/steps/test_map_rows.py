import numpy as np
import pandas as pd
from samples import replay
from sklearn.decomposition import PCA, KernelPCA

from mll_core.domain import vectors
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.map_rows import MapRows

DRAW = np.random.default_rng(2)
ANGLE = DRAW.uniform(0, 2 * np.pi, 300)
INNER = np.arange(300) < 150
RINGS = np.c_[np.cos(ANGLE), np.sin(ANGLE)] * np.where(INNER, 0.2, 1.0)[:, None]


def fitted(axes: int = 2) -> tuple[RecipeTransformer, pd.DataFrame]:
    rows = pd.DataFrame({"a": RINGS[:, 0], "b": RINGS[:, 1]})
    step = MapRows(columns=("a", "b"), axes=axes, into="m")
    return RecipeTransformer(Recipe(steps=(step,))).fit(rows), rows


def test_the_map_is_scikit_learns_kernel_pca_on_the_landmarks() -> None:
    transformer, rows = fitted()
    (learned,) = transformer.prepared_.learned
    columns = learned[:2]
    landmarks = np.array(vectors.numbers(columns))
    even = (RINGS - [row["centre"] for row in columns]) / [row["width"] for row in columns]
    known = KernelPCA(2, kernel="rbf", gamma=learned[2]["reach"]).fit(landmarks)
    expected = known.transform(even)
    got = transformer.transform(rows)[["m 1", "m 2"]].to_numpy()
    signs = np.sign((got * expected).sum(axis=0))
    np.testing.assert_allclose(got, expected * signs, atol=1e-9)
    assert len(landmarks) == 20


def test_rings_that_sums_of_columns_cannot_part_lie_apart() -> None:
    transformer, rows = fitted(axes=5)
    places = transformer.transform(rows)[[f"m {n}" for n in range(1, 6)]].to_numpy()
    best = max(abs(np.corrcoef(place, INNER)[0, 1]) for place in places.T)
    straight = PCA(2).fit_transform(RINGS)
    assert best > 0.9
    assert max(abs(np.corrcoef(place, INNER)[0, 1]) for place in straight.T) < 0.2


def test_one_row_alone_lies_at_the_start() -> None:
    assert replay(MapRows(columns=("a",), axes=1, into="m"), a=[3.0])["m 1"] == [0]
