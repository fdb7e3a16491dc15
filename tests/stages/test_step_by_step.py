"""What a change of the recipe asks of the rows that are looked at: no more than has to be."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from samples import read_steps

from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.infra import raw_rows, warehouse
from mll_core.stages.prepare import step_by_step
from mll_core.stages.prepare.step_by_step import at_work

TWELVE = [
    {"kind": "drop_duplicates", "columns": ["id"]},
    {"kind": "filter_rows", "formula": "id > 3"},
    {"kind": "trim_text", "column": "a"},
    {"kind": "change_case", "column": "b", "case": "upper"},
    {"kind": "fill_missing", "column": "x", "how": "median"},
    {"kind": "fill_missing", "column": "y", "how": "mean"},
    {"kind": "clip_outliers", "column": "z"},
    {"kind": "scale_numbers", "column": "z"},
    {"kind": "group_rare", "column": "b"},
    {"kind": "derive_column", "to": "ratio", "formula": "x / (y + 1)"},
    {"kind": "date_parts", "column": "day"},
    {"kind": "encode_frequency", "column": "a", "into": "share"},
]
N = 200


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    frame = pd.DataFrame(
        {
            "id": range(N),
            "a": [f" v{n % 7} " for n in range(N)],
            "b": [f"w{n % 3}" for n in range(N)],
            "x": [None if n % 9 == 0 else n / 3 for n in range(N)],
            "y": [None if n % 8 == 0 else n / 7 for n in range(N)],
            "z": [float(n * n) for n in range(N)],
            "day": pd.date_range("2024-01-01", periods=N),
        }
    )
    return raw_rows.conform(frame, raw_rows.kinds(frame))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query from here on."""
    step_by_step._MEMORY.clear()
    found: list[str] = []
    arrow, records = warehouse.arrow, warehouse.records
    monkeypatch.setattr(
        warehouse, "arrow", lambda sql, *a, **k: found.append(sql) or arrow(sql, *a, **k)
    )
    monkeypatch.setattr(
        warehouse, "records", lambda q, *a, **k: found.append(q) or records(q, *a, **k)
    )
    return found


def queries(asked: list[str], steps: list[Step], rows: pa.Table) -> int:
    before = len(asked)
    at_work(Recipe(steps=steps), rows, {})
    return len(asked) - before


def test_a_change_asks_only_for_the_steps_that_it_touches(rows: pa.Table, asked: list[str]) -> None:
    steps = list(read_steps(TWELVE))
    assert queries(asked, steps, rows) == 12 + 6  # six of them learn
    assert queries(asked, steps, rows) == 0
    moved = [*steps[:4], steps[5], steps[4], *steps[6:]]
    assert queries(asked, moved, rows) == 0  # they stand on other columns
    assert queries(asked, steps[:11], rows) == 0
    turned = [*steps[:6], steps[7], steps[6], *steps[8:]]
    assert queries(asked, turned, rows) == 4  # both look at z, and both learn
    off = [*steps[:3], steps[3].model_copy(update={"enabled": False}), *steps[4:]]
    assert queries(asked, off, rows) == 2  # step 9 looks at the column of step 4
    last = [*steps[:11], type(steps[11]).of(column="b", into="share")]
    assert queries(asked, last, rows) == 2
    noted = [steps[0].model_copy(update={"comment": "why"}), *steps[1:]]
    assert queries(asked, noted, rows) == 0


def test_other_rows_are_asked_again(rows: pa.Table, asked: list[str]) -> None:
    steps = list(read_steps(TWELVE))
    first = at_work(Recipe(steps=steps), rows, {})
    fewer = rows.filter(pa.array([n % 2 == 0 for n in range(N)]))
    assert len(at_work(Recipe(steps=steps), fewer, {}).rows) == 98
    assert len(asked) == 2 * 18
    assert len(first.rows) == 196


def test_a_changed_other_table_is_asked_again(
    rows: pa.Table, asked: list[str], tmp_path: Path
) -> None:
    other = tmp_path / "plans.parquet"
    counts = []
    for price in (10, 20, 20):
        if not counts or price != counts[-1]:
            pd.DataFrame({"b": ["w0", "w1"], "price": [price, price]}).to_parquet(other)
        (step,) = read_steps([{"kind": "join_table", "source": str(other), "on": {"b": "b"}}])
        recipe = Recipe(steps=(step,)).given({str(other): warehouse.table(other).schema()})
        (told,) = recipe.steps
        found = at_work(recipe, rows, {told.called(str(other)): other}).rows
        counts.append(int(found.column("price")[0].as_py()))
    assert counts == [10, 20, 20]
    there = len(asked)
    at_work(recipe, rows, {told.called(str(other)): other})
    assert len(asked) == there


def test_what_is_remembered_has_an_end(
    rows: pa.Table, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_by_step, "MOST", 1)
    steps = list(read_steps(TWELVE))
    at_work(Recipe(steps=steps), rows, {})
    assert len(step_by_step._MEMORY) == 1
    assert queries(asked, steps, rows) == 18


def test_a_column_without_a_single_letter_is_told_from_others() -> None:
    nothing = pa.table({"text": pa.array(["", ""], pa.string())})
    other = pa.table({"text": pa.array(["", ""], pa.string())})
    places = [hash(tuple(step_by_step._place(rows["text"]))) for rows in (nothing, other)]
    assert all(isinstance(place, int) for place in places)
