import ibis
import numpy as np
import pandas as pd
import pytest
from samples import replay
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mll_core.domain.errors import InvalidParameter, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.fill_by_model import FillByModel

RNG = np.random.default_rng(0)
N = 300
A, B = RNG.normal(0, 1, N), RNG.normal(5, 2, N)
Y = np.where(A > 0, 10, -10) + B + RNG.normal(0, 0.1, N)
GONE = RNG.random(N) < 0.3
TREE = {"max_leaf_nodes": 16, "max_depth": 7, "min_samples_leaf": 5, "random_state": 0}


def filled(step: FillByModel, **columns: object) -> np.ndarray:
    return np.array(replay(step, **{k: list(v) for k, v in columns.items()})["y"])  # type: ignore[call-overload]


def test_a_tree_fills_as_scikit_learns() -> None:
    matrix = np.c_[A, B]
    tree = DecisionTreeRegressor(**TREE).fit(matrix[~GONE], Y[~GONE])
    after = filled(FillByModel(column="y", by=("a", "b")), a=A, b=B, y=np.where(GONE, np.nan, Y))
    np.testing.assert_allclose(after, np.where(GONE, tree.predict(matrix), Y), rtol=1e-9)


def test_a_line_fills_as_scikit_learns() -> None:
    scaler = StandardScaler().fit(np.c_[A, B][~GONE])
    line = Ridge(alpha=1.0).fit(scaler.transform(np.c_[A, B][~GONE]), Y[~GONE])
    step = FillByModel(column="y", by=("a", "b"), how="line")
    after = filled(step, a=A, b=B, y=np.where(GONE, np.nan, Y))
    expected = np.where(GONE, line.predict(scaler.transform(np.c_[A, B])), Y)
    np.testing.assert_allclose(after, expected, rtol=1e-9)


def test_a_text_becomes_the_most_likely_one_as_scikit_learn_says() -> None:
    texts = np.array(["low", "middle, or so", "high"])[np.digitize(A + 0.1 * B, [0, 1])]
    tree = DecisionTreeClassifier(**TREE).fit(np.c_[A, B][~GONE], texts[~GONE])
    step = FillByModel(column="y", by=("a", "b"))
    after = filled(step, a=A, b=B, y=[None if g else t for g, t in zip(GONE, texts, strict=True)])
    assert after.tolist() == np.where(GONE, tree.predict(np.c_[A, B]), texts).tolist()


def test_text_and_truth_tell_too_and_what_was_never_seen_does_no_harm() -> None:
    step = FillByModel(column="y", by=("plan", "active"))
    train = pd.DataFrame({"plan": ["a", "b"] * 20, "active": [True, True, False, False] * 10})
    train["y"] = (train["plan"] == "a") * 10.0 + train["active"]
    fitted = RecipeTransformer(Recipe(steps=(step,))).fit(train)
    asked = pd.DataFrame(
        {"plan": ["a", "b", "new", None], "active": [True, False, False, None], "y": [None] * 4}
    )
    filled = fitted.transform(asked)["y"]
    assert filled.tolist()[:2] == [11, 0]
    assert filled.between(0, 11).all()


def test_the_order_of_the_rows_teaches_nothing() -> None:
    rows = pd.DataFrame({"a": A, "b": B, "y": Y})
    step = FillByModel(column="y", by=("a", "b"), how="line")
    states = [
        RecipeTransformer(Recipe(steps=(step,))).fit(frame).state()
        for frame in (rows, rows.sample(frac=1, random_state=0))
    ]
    assert states[0] == states[1]


def test_what_cannot_be_filled_so_is_refused() -> None:
    schema = ibis.schema({"c": "string", "n": "int64", "d": "timestamp"})
    with pytest.raises(WrongColumnKind, match="needs numbers"):
        FillByModel(column="c", by=("n",), how="line").check(schema)
    with pytest.raises(WrongColumnKind, match="'d' holds dates"):
        FillByModel(column="n", by=("d",)).check(schema)
    with pytest.raises(InvalidParameter, match="'n' is the column to fill"):
        FillByModel(column="n", by=("n",)).check(schema)
