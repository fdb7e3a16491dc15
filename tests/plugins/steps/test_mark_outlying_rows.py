import numpy as np
import pandas as pd
import pytest
from samples import again, replay
from sklearn.ensemble import IsolationForest

from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps import mark_outlying_rows
from mll_core.plugins.steps.mark_outlying_rows import MarkOutlyingRows

RNG = np.random.default_rng(0)
ROWS = pd.DataFrame({"age": RNG.normal(40, 10, 600), "years": RNG.normal(15, 5, 600)})
ROWS.loc[0] = [19.0, 45.0]
STEP = MarkOutlyingRows(columns=("age", "years"), what="score", share=0.02)


def fitted(step: MarkOutlyingRows, rows: pd.DataFrame = ROWS) -> RecipeTransformer:
    return RecipeTransformer(Recipe(steps=(step,))).fit(rows)


def drawn(rows: pd.DataFrame) -> np.ndarray:
    """The rows in the order in which the step learns from them."""
    from functools import partial

    import pyarrow as pa

    from mll_core.infra import warehouse

    table = pa.Table.from_pandas(rows, preserve_index=False)
    found = partial(warehouse.records, rows=table)(STEP.learn(warehouse.table(table)))
    return np.array([[row["x0"], row["x1"]] for row in found], dtype=float)


@pytest.mark.parametrize(("trees", "rows"), [(40, 64), (100, 256), (10, 8)])
def test_the_score_is_that_of_scikit_learn(trees: int, rows: int) -> None:
    forest = IsolationForest(n_estimators=trees, max_samples=rows, random_state=0).fit(drawn(ROWS))
    step = STEP.model_copy(update={"trees": trees, "rows_each": rows})
    score = fitted(step).transform(ROWS)["outlying"]
    np.testing.assert_allclose(score, -forest.score_samples(ROWS.to_numpy()), atol=1e-9, rtol=0)


def test_the_marked_rows_are_those_of_scikit_learn_and_the_odd_one_is_among_them() -> None:
    settings = {"max_samples": 64, "contamination": 0.02, "random_state": 0}
    forest = IsolationForest(n_estimators=40, **settings).fit(drawn(ROWS))
    marked = fitted(STEP.model_copy(update={"what": "mark"})).transform(ROWS)["outlying"]
    assert marked.tolist() == (forest.predict(ROWS.to_numpy()) < 0).tolist()
    assert marked[0] == 1
    assert marked.sum() == 12


def test_the_order_of_the_rows_teaches_nothing() -> None:
    assert fitted(STEP).state() == fitted(STEP, ROWS.sample(frac=1, random_state=1)).state()


def test_a_row_scores_alone_as_among_many_to_the_last_bit() -> None:
    many = pd.DataFrame({name: RNG.normal(30, 20, 5000) for name in ROWS})
    whole = again(fitted(STEP)).transform(many)["outlying"]
    for place in (0, 1, 2047, 2048, 4999):
        alone = fitted(STEP).transform(many.iloc[[place]])["outlying"]
        assert alone.iloc[0] == whole.iloc[place]


def test_a_missing_value_counts_as_the_middle_one() -> None:
    rows = pd.DataFrame({"age": [None, ROWS["age"].median()], "years": [15.0, 15.0]})
    first, second = fitted(STEP).transform(rows)["outlying"]
    assert first == second


def test_it_learns_from_so_many_rows_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mark_outlying_rows, "_MOST", 100)
    assert len(drawn(ROWS)) == 100
    assert fitted(STEP).transform(ROWS)["outlying"].between(0, 1).all()


def test_nothing_stands_out_where_there_is_nothing_to_learn_from() -> None:
    step = MarkOutlyingRows(columns=("a",))
    assert replay(step, a=[None, None, float("inf")])["outlying"] == [0, 0, 0]
