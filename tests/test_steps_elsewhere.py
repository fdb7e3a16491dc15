"""Steps that pandas or scikit-learn has as well give what those give; others say so in their own
tests."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from samples import shaped
from sklearn.metrics.pairwise import haversine_distances
from sklearn.preprocessing import OrdinalEncoder

from mll_core.catalog import STEPS
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer

N = 200
_DRAW = np.random.default_rng(3)
_WORDS = _DRAW.choice(["  Ana b ", "x-1,y", "a-b-c", "Straße", "1,2,3", "", "Zoë"], N)
ROWS = pd.DataFrame(
    {
        "n": np.where(_DRAW.random(N) < 0.2, np.nan, _DRAW.normal(size=N) * 30),
        "m": np.where(_DRAW.random(N) < 0.2, np.nan, _DRAW.integers(1, 40, N) / 4),
        "hour": _DRAW.integers(0, 24, N).astype(float),
        "text": pd.Series(_WORDS).where(_DRAW.random(N) > 0.1, None),
        "group": _DRAW.choice(["c", "a", "b"], N),
        "at": pd.Timestamp("2024-01-01") + pd.to_timedelta(_DRAW.integers(0, 90, N), "D"),
    }
)
EARTH_KM = 6371.0088
Frame = pd.DataFrame
Expected = dict[str, Any]


def _radians(frame: Frame, *columns: str) -> Any:
    return np.radians(frame[list(columns)].to_numpy(dtype=float))


def _haversine(frame: Frame) -> Any:
    full = frame.dropna(subset=["n", "m"])
    apart = haversine_distances(_radians(full, "n", "m"), _radians(full, "m", "n")).diagonal()
    return pd.Series(apart * EARTH_KM, index=full.index).reindex(frame.index)


KEPT: list[tuple[str, Expected, str, Callable[[Frame], Any]]] = [
    ("trim_text", {"column": "text"}, "text", lambda f: f["text"].str.strip()),
    (
        "find_replace",
        {"column": "text", "find": "-", "put": "+"},
        "text",
        lambda f: f["text"].str.replace("-", "+", regex=False),
    ),
    (
        "find_replace",
        {"column": "text", "find": "[a-c]+", "put": "_", "pattern": True},
        "text",
        lambda f: f["text"].str.replace("[a-c]+", "_", regex=True),
    ),
    (
        "replace_values",
        {"column": "group", "values": {"a": "A", "b": "c"}},
        "group",
        lambda f: f["group"].replace({"a": "A", "b": "c"}),
    ),
    (
        "encode_frequency",
        {"column": "text", "into": "new"},
        "new",
        lambda f: f["text"].map(f["text"].value_counts(normalize=True)),
    ),
    (
        "encode_order",
        {"column": "group", "into": "new"},
        "new",
        lambda f: OrdinalEncoder().fit_transform(f[["group"]])[:, 0],
    ),
    ("flag_missing", {"column": "n", "to": "new"}, "new", lambda f: f["n"].isna()),
    (
        "limit_values",
        {"column": "n", "lowest": -10, "highest": 12.5, "how": "nearest"},
        "n",
        lambda f: f["n"].clip(-10, 12.5),
    ),
    (
        "limit_values",
        {"column": "n", "lowest": 0, "highest": 20, "how": "missing"},
        "n",
        lambda f: f["n"].where(f["n"].between(0, 20)),
    ),
    (
        "fill_by_group",
        {"column": "n", "by": "group", "how": "mean"},
        "n",
        lambda f: f["n"].fillna(f.groupby("group")["n"].transform("mean")),
    ),
    (
        "fill_by_group",
        {"column": "n", "by": "group", "how": "median"},
        "n",
        lambda f: f["n"].fillna(f.groupby("group")["n"].transform("median")),
    ),
    (
        "compare_numbers",
        {"column": "n", "other": "m", "how": "change", "into": "new"},
        "new",
        lambda f: (f["n"] - f["m"]) / f["m"],
    ),
    (
        "derive_column",
        {"to": "new", "formula": "n * 2 - m / 3"},
        "new",
        lambda f: f.eval("n * 2 - m / 3"),
    ),
    (
        "encode_cycle",
        {"column": "hour", "period": 24},
        "hour sine",
        lambda f: np.sin(2 * np.pi * f["hour"] / 24),
    ),
    (
        "geo_distance",
        {
            "latitude": "n",
            "longitude": "m",
            "other_latitude": "m",
            "other_longitude": "n",
            "into": "new",
        },
        "new",
        _haversine,
    ),
    (
        "text_figures",
        {"column": "text", "figures": ["letters"]},
        "text letters",
        lambda f: f["text"].str.len(),
    ),
]


@pytest.mark.parametrize(
    ("kind", "fields", "column", "expected"), KEPT, ids=lambda part: str(part)[:20]
)
def test_a_step_gives_what_pandas_or_scikit_learn_give(
    kind: str, fields: Expected, column: str, expected: Callable[[Frame], Any]
) -> None:
    recipe = Recipe(steps=(STEPS[kind].of(**fields),))
    found = RecipeTransformer(recipe).fit_transform(ROWS)
    wanted = pd.Series(expected(ROWS), name=column)
    if pd.api.types.is_numeric_dtype(wanted.dtype) and wanted.dtype != bool:
        ours = found[column].to_numpy(dtype=float)
        np.testing.assert_allclose(ours, wanted.to_numpy(float), rtol=1e-12, atol=1e-12)
    else:
        ours = found[column].astype(object)
        assert ours.where(ours.notna(), None).tolist() == (
            wanted.astype(object).where(wanted.notna(), None).tolist()
        )


ROWS_LEFT: list[tuple[str, Expected, Callable[[Frame], Frame]]] = [
    ("filter_rows", {"formula": 'n > 3 and group == "a"'}, lambda f: f.query("n>3 & group=='a'")),
    (
        "keep_period",
        {"column": "at", "start": "2024-01-10", "to": "2024-02-20"},
        lambda f: f[(f["at"] >= "2024-01-10") & (f["at"] < "2024-02-20")],
    ),
    (
        "drop_sparse_rows",
        {"columns": ["n", "m", "text"], "share": 0.5},
        lambda f: f.dropna(thresh=2, subset=["n", "m", "text"]),
    ),
    (
        "drop_duplicates",
        {"columns": ["group", "at"], "keep": "last"},
        lambda f: f.drop_duplicates(["group", "at"], keep="last"),
    ),
    (
        "sort_rows",
        {"columns": ["m", "group"], "first": 50},
        lambda f: f.sort_values(["m", "group"], kind="stable").head(50),
    ),
]


@pytest.mark.parametrize(("kind", "fields", "expected"), ROWS_LEFT, ids=lambda part: str(part)[:20])
def test_a_step_that_chooses_rows_leaves_what_pandas_leaves(
    kind: str, fields: Expected, expected: Callable[[Frame], Frame]
) -> None:
    numbered = ROWS.assign(row=range(N))
    found = shaped(STEPS[kind].of(**fields), numbered)
    assert found["row"].tolist() == expected(numbered)["row"].tolist()
