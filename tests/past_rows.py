"""Rows of several entities over time, and one step at work on them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.infra import warehouse

FEW = pd.DataFrame(
    {
        "who": ["ann", "ann", "bob", "ann", None, "ann", "ann"],
        "day": pd.to_datetime(
            [
                "2024-01-03",
                "2024-01-01",
                "2024-01-01",
                "2024-01-02",
                "2024-01-05",
                None,
                "2024-01-06",
            ]
        ),
        "x": [None, 1.0, 10.0, 2.0, 7.0, 100.0, 6.0],
        "y": ["yes", "no", "no", "yes", "no", None, "no"],
    }
)
"""In no order; one missing time, one missing name, and in January 2024 ann is seen on four days."""


def work(rows: pd.DataFrame | pa.Table, *steps: Step) -> pd.DataFrame:
    """The rows after steps that run before the split."""
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
    return warehouse.to_pandas(arrow(table, *steps))


def arrow(rows: pa.Table | Path, *steps: Step) -> pa.Table:
    """The same for rows that are Arrow's already."""
    table = warehouse.table(rows)
    query = Recipe(steps=steps).learn(table, lambda _: ()).apply(table)
    return warehouse.arrow(warehouse.to_sql(query), rows)


def series(entities: int = 4, days: int = 40, seed: int = 0) -> pd.DataFrame:
    """A row per entity and day, some left out, shuffled; ``x`` in quarters, some missing."""
    rng = np.random.default_rng(seed)
    every = pd.DataFrame(
        {
            "who": np.repeat([f"e{i}" for i in range(entities)], days),
            "day": np.tile(pd.date_range("2024-01-01", periods=days), entities),
        }
    )
    every["x"] = rng.integers(-40, 40, len(every)) / 4
    every.loc[rng.random(len(every)) < 0.2, "x"] = None
    kept = every[rng.random(len(every)) < 0.8]
    return kept.sample(frac=1, random_state=seed).reset_index(drop=True)


def by_time(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows as pandas needs them for its windows."""
    return rows.sort_values(["who", "day"])
