import math
from pathlib import Path

import pandas as pd
import pytest
from samples import parquet, shaped

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.plugins.steps.sample_rows import SampleRows
from mll_core.stages import prepare

ROWS = pd.DataFrame({"n": range(2_000), "g": ["a"] * 1_990 + ["b"] * 10})


def kept(step: SampleRows, folder: Path) -> pd.DataFrame:
    return prepare.preview(Recipe(steps=(step,)), parquet(folder, ROWS), limit=2_000).after


@pytest.mark.parametrize("share", [0.0004, 0.1, 0.5, 1])
def test_so_many_rows_are_kept_in_their_order(share: float, tmp_path: Path) -> None:
    rows = kept(SampleRows(share=share), tmp_path)
    assert len(rows) == math.ceil(share * 2_000)
    assert rows["n"].is_monotonic_increasing


def test_the_same_seed_draws_the_same_rows_and_another_draws_others(tmp_path: Path) -> None:
    one, again, other = (kept(SampleRows(share=0.1, seed=s), tmp_path)["n"] for s in (1, 1, 2))
    assert one.tolist() == again.tolist()
    assert 5 <= len({*one} & {*other}) <= 45  # 20 expected by chance
    assert abs(one.mean() - 999.5) < 4 * 577 / math.sqrt(200)


def test_each_group_gives_the_same_part(tmp_path: Path) -> None:
    counts = kept(SampleRows(share=0.5, by=("g",)), tmp_path)["g"].value_counts()
    assert counts.to_dict() == {"a": 995, "b": 5}


def test_so_many_rows_are_drawn_of_all_and_of_each_group() -> None:
    assert len(shaped(SampleRows(count=7), ROWS)) == 7
    assert len(shaped(SampleRows(count=9_999), ROWS)) == 2_000
    counts = shaped(SampleRows(count=4, by=("g",)), ROWS)["g"].value_counts()
    assert counts.to_dict() == {"a": 4, "b": 4}


def test_whole_groups_are_drawn_with_all_their_rows() -> None:
    rows = pd.DataFrame({"who": [f"c{i % 50}" for i in range(500)], "n": range(500)})
    some = shaped(SampleRows(share=0.2, by=("who",), whole=True), rows)
    assert some["who"].value_counts().tolist() == [10] * 10
    assert some["n"].is_monotonic_increasing
    assert some["who"].unique().tolist() != [f"c{i}" for i in range(10)]
    three = shaped(SampleRows(count=3, by=("who",), whole=True, seed=1), rows)
    assert three["who"].nunique() == 3
    with pytest.raises(InvalidParameter, match="give by"):
        SampleRows.of(whole=True)
