import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mll_core.catalog import STEPS
from mll_core.domain.recipe import Recipe
from mll_core.infra import warehouse
from mll_core.stages.prepare.candidates import explained, possible, screened

N = 500


def table(seed: int = 0) -> pa.Table:
    draw = np.random.default_rng(seed)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 99, N), "D")
    frame = pd.DataFrame(
        {
            "income": draw.uniform(1, 9, N),
            "odd `name`": draw.uniform(1, 9, N),
            "town": draw.choice(["Ulm", "Bonn", "Kiel"], N, p=[0.6, 0.3, 0.1]),
            "opened": start,
            "closed": start + pd.to_timedelta(draw.integers(0, 50, N), "D"),
            "hidden": draw.normal(size=N),
        }
    )
    return pa.Table.from_pandas(frame, preserve_index=False)


def test_each_kind_of_column_gives_its_candidates_and_hidden_ones_none() -> None:
    rows = table()
    steps = list(possible(warehouse.table(rows).schema(), frozenset({"hidden"})))
    kinds = [step.kind for step in steps]
    assert kinds.count("derive_column") == 4
    assert {"elapsed_time", "date_parts", "text_figures", "encode_frequency"} <= set(kinds)
    assert not any("hidden" in [name for _, name, _ in step.picks()] for step in steps)
    for step in steps:
        step.check(warehouse.table(rows).schema())


def test_a_planted_ratio_is_the_most_promising_by_the_very_values_of_its_step() -> None:
    rows = table()
    frame = rows.to_pandas()
    ratio = frame["odd `name`"] / frame["income"]
    left = ratio.to_numpy() + np.random.default_rng(1).normal(0, 0.1, N)
    found, looked_at = screened(Recipe(), rows, left, frozenset({"hidden"}))
    best = found[0]
    assert best.step.plain()["to"] == "odd `name` / income"
    assert best.values.iloc[:, 0].to_numpy() == pytest.approx(ratio.to_numpy())
    assert best.promise > 0.9
    assert looked_at > len(found) - 1
    names = [one.step.plain().get("to") for one in found]
    assert "income / odd `name`" not in names  # it says the same, the other way round


def test_candidates_see_what_the_recipe_makes() -> None:
    rows = table()
    twice = STEPS["derive_column"].of(to="twice", formula="income * 2")
    left = np.random.default_rng(2).normal(size=N)
    found, _ = screened(Recipe(steps=(twice,)), rows, left, frozenset({"hidden"}))
    assert any("twice" in [name for _, name, _ in one.step.picks()] for one in found)


def test_what_bins_explain_is_the_share_between_them() -> None:
    draw = np.random.default_rng(3)
    x = np.repeat(np.arange(5.0), 100)
    y = x + draw.normal(size=500)
    means = pd.Series(y).groupby(x).transform("mean").to_numpy()
    share = ((means - y.mean()) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert explained(pd.Series(x), y) == pytest.approx(share)
    assert explained(pd.Series(np.ones(500)), y) == 0.0
    assert explained(pd.Series(np.full(500, np.nan)), y) == 0.0
