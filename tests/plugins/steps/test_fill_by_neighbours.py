import ibis
import numpy as np
import pandas as pd
import pytest
from samples import replay
from sklearn.impute import KNNImputer

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.fill_by_neighbours import FillByNeighbours

RNG = np.random.default_rng(0)
STEP = FillByNeighbours(column="y", by=("a", "b"), neighbours=3)


def rows(gaps: float) -> pd.DataFrame:
    frame = pd.DataFrame({"a": RNG.normal(0, 1, 120), "b": RNG.normal(5, 100, 120)})
    frame["y"] = frame["a"] * 3 + frame["b"] / 50
    for name, share in (("a", gaps), ("b", gaps), ("y", 0.3)):
        frame.loc[RNG.random(120) < share, name] = None
    return frame


@pytest.mark.parametrize("gaps", [0, 0.2])
@pytest.mark.parametrize("neighbours", [1, 5])
def test_it_agrees_with_scikit_learn_when_it_compares_with_all_rows(
    gaps: float, neighbours: int
) -> None:
    frame = rows(gaps)
    step = STEP.model_copy(update={"neighbours": neighbours})
    references = frame[frame["y"].notna()]
    scaled = (frame[["a", "b"]] / references[["a", "b"]].std(ddof=0)).assign(y=frame["y"])
    expected = KNNImputer(n_neighbors=neighbours).fit(scaled).transform(scaled)[:, 2]
    after = replay(step, **{name: frame[name].tolist() for name in frame})["y"]
    blank = frame[["a", "b"]].isna().all(axis=1).to_numpy()  # compared with nothing: the mean
    expected[blank & frame["y"].isna()] = references["y"].mean()
    np.testing.assert_allclose(after, expected, rtol=1e-9)


def test_text_is_what_most_of_the_similar_rows_have_and_else_what_the_nearest_has() -> None:
    step = FillByNeighbours(column="c", by=("a",), neighbours=3)
    columns = {
        "a": [0.0, 1.0, 2.0, 10.0, 11.0, 13.0, 0.9, 11.9, None],
        "c": ["x, 'y'", "x, 'y'", "z", "p", "q", "r", None, None, None],
    }
    assert replay(step, **columns)["c"][6:] == ["x, 'y'", "q", "x, 'y'"]


def test_similar_is_judged_by_the_training_rows_drawn_by_their_content() -> None:
    frame = rows(0)
    step = STEP.model_copy(update={"among": 10})
    fitted = RecipeTransformer(Recipe(steps=(step,))).fit(frame)
    mixed = RecipeTransformer(Recipe(steps=(step,))).fit(frame.sample(frac=1, random_state=0))
    assert fitted.state() == mixed.state()
    filled = fitted.transform(pd.DataFrame({"a": [0.0], "b": [None], "y": [None]}))["y"]
    assert frame["y"].min() < filled[0] < frame["y"].max()


def test_what_cannot_be_filled_so_is_refused() -> None:
    schema = ibis.schema({"a": "float64", "b": "float64", "y": "timestamp", "n": "float64"})
    with pytest.raises(WrongColumnKind, match="numbers or text"):
        STEP.check(schema)
    with pytest.raises(InvalidParameter, match="'n' is the column to fill"):
        FillByNeighbours(column="n", by=("a", "n")).check(schema)
