"""What every check must keep, present and future."""

import json
import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from check_cases import found
from pydantic import ValidationError

from mll_core.catalog import CHECKS, STEPS
from mll_core.domain.check import Check
from mll_core.domain.document import Excluded
from mll_core.domain.finding import Finding
from mll_core.domain.plugin import bounds
from mll_core.domain.task import ANSWERED, Task

every_check = pytest.mark.parametrize("cls", CHECKS.values(), ids=CHECKS)
TASKS = [None, *Task]


def dirty(rows: int = 400) -> pd.DataFrame:
    """A table with something of everything, and names that break careless SQL."""
    rng = np.random.default_rng(0)
    n = np.arange(rows)
    answer = rng.random(rows) < 0.06
    frame = pd.DataFrame(
        {
            "customer_id": [f"C{i:05d}" for i in n],
            'in "come': np.where(n % 7 == 0, np.nan, rng.lognormal(3, 1, rows)),
            "self": rng.choice(["North", "north ", "South", "?", "NA"], rows),
            "a.b": np.where(n % 9 == 0, -1, rng.integers(0, 9, rows)),
            "select": "same",
            "ä'": [f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/2024" for i in n],
            "price": [f"$ {i * 3.5:,.2f}" for i in n],
            "far": np.where(n == 5, 1e9, rng.normal(0, 1, rows)),
            "mostly": [None if i % 10 else "x" for i in n],
            "reason": np.where(answer, "moved", None),
            "part": rng.integers(0, 50, rows),
            "rest": rng.integers(0, 50, rows),
        }
    )
    frame["copy"] = frame["part"]
    frame["yes or no"] = np.where(answer, "yes", "no")
    frame["total"] = frame["part"] + frame["rest"]
    return pd.concat([frame, frame.iloc[:3]], ignore_index=True)


AWKWARD = {
    "nothing": pa.table({"x": pa.array([], pa.int64()), "y": pa.array([], pa.string())}),
    "one row": pa.table({"x": [1], "y": ["a"]}),
    "all empty": pa.table({"x": pa.array([None] * 30, pa.float64()), "y": ["a", "b"] * 15}),
    "infinite": pa.table({"x": [math.inf, -math.inf, 1.0] * 10, "y": ["a", "b", "a"] * 10}),
    "huge": pa.table({"x": [1e300, -1e300, 0.0] * 10, "y": [1.0, 2.0, 3.0] * 10}),
    "all different": pa.table({"x": list(range(50)), "y": [f"v{i}" for i in range(50)]}),
    "odd types": pa.table({"x": [[1], [2]] * 20, "y": [True, False] * 20}),
}


def is_well_formed(finding: Finding) -> bool:
    assert finding.code
    assert finding.sentence.endswith((".", "?"))
    assert json.dumps(finding.numbers)
    assert Finding.model_validate_json(finding.model_dump_json()) == finding
    return finding.fix is None or bool(finding.fix.reason)


@every_check
def test_its_card_is_filled_in_and_its_thresholds_are_bounded(cls: type[Check]) -> None:
    assert cls.label
    assert cls.__doc__
    for name, field in cls.parameters().items():
        assert field.description
        low, high = bounds(field)
        assert cls.of(**{name: low}) != cls.of(**{name: high})
        with pytest.raises(Exception, match=name):
            cls.of(**{name: high + 1})


@every_check
def test_it_never_changes(cls: type[Check]) -> None:
    check = cls.of()
    with pytest.raises(ValidationError):
        check.kind = "other"  # type: ignore[misc]
    assert cls.model_validate(json.loads(check.model_dump_json())) == check


@every_check
@pytest.mark.parametrize("task", TASKS, ids=str)
def test_it_says_well_formed_things_about_a_dirty_table(
    cls: type[Check], task: Task | None
) -> None:
    target = {Task.REGRESSION: "total", None: None}.get(task, "yes or no") if task else None
    for finding in found(cls.of(), dirty(), target, task=task):
        assert is_well_formed(finding)


@every_check
@pytest.mark.parametrize("table", AWKWARD.values(), ids=AWKWARD)
def test_it_survives_awkward_tables(cls: type[Check], table: pa.Table) -> None:
    columns = {name: table.column(name) for name in table.column_names}
    for task in sorted(ANSWERED):
        assert all(map(is_well_formed, found(cls.of(), columns, "y", task=_fit(table, task))))


def _fit(table: pa.Table, task: Task) -> Task:
    numeric = pa.types.is_floating(table.schema.field("y").type)
    return Task.REGRESSION if numeric else Task.BINARY if task is Task.REGRESSION else task


@every_check
@pytest.mark.parametrize("task", sorted(ANSWERED), ids=str)
def test_its_fixes_are_edits_a_document_takes(cls: type[Check], task: Task) -> None:
    target = "total" if task is Task.REGRESSION else "yes or no"
    for finding in found(cls.of(), dirty(), target, task=task):
        fix = finding.fix
        if fix is None:
            continue
        assert fix.append
        if fix.path == "prepare.exclude":
            assert Excluded(**fix.value).column == finding.column != target
        else:
            assert fix.path == "prepare.steps"
            assert STEPS[fix.value["kind"]].of(**fix.value).sentence()


@every_check
def test_what_is_excluded_is_not_named_again(cls: type[Check]) -> None:
    everything = frozenset(dirty().columns) - {"yes or no"}
    named = found(cls.of(), dirty(), "yes or no", task=Task.BINARY, excluded=everything)
    assert {finding.column for finding in named} <= {None, "yes or no"}
