"""The recipe written for PySpark gives the table that the workbench gives.

Runs where Java is and a Python with pyspark: this one, or the one MLL_SPARK_PYTHON names.
"""

import importlib.util
import json
import math
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import recipes
from recipes import KEEPING
from samples import example, parquet

from mll_core.catalog import STEPS, read_steps
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.infra import warehouse
from mll_core.stages import prepare
from mll_core.stages.prepare.code import OTHERWISE_IN_SPARK

ROWS = recipes.rows(40, seed=3)
TOGETHER = Recipe(
    steps=read_steps(
        [
            {"kind": "filter_rows", "formula": "width > -1"},
            {"kind": "trim_text", "column": "self"},
            {"kind": "change_case", "column": "self", "case": "lower"},
            {"kind": "fill_missing", "column": "width", "how": "median"},
            {"kind": "clip_outliers", "column": "width"},
            {"kind": "derive_column", "to": "twice", "formula": "width * 2"},
            {"kind": "date_parts", "column": "when"},
            {"kind": "one_hot", "column": "kind of"},
        ]
    )
)
IN_PASSING = Recipe(
    steps=read_steps(
        [
            {"kind": "trim_text", "column": "self"},
            {"kind": "parse_numbers", "column": "self", "decimal": "point"},
            {"kind": "filter_rows", "formula": "self > 2"},
            {"kind": "derive_column", "to": "twice", "formula": "self * 2"},
            {"kind": "fill_missing", "column": "twice", "how": "mean"},
        ]
    )
)
"""Steps that are worked out before rows are chosen by what they make."""
RUN = """
import datetime, json, sys
from pyspark.sql import SparkSession
parquet, asked, out = sys.argv[1:]
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = spark.config("spark.sql.shuffle.partitions", "1").getOrCreate()
found = {}
for name, code in json.load(open(asked)).items():
    exec(code, names := {})
    done = names["prepare"](spark, spark.read.parquet(parquet))
    rows = [[v.isoformat() if hasattr(v, "isoformat") else v for v in r] for r in done.collect()]
    found[name] = {"columns": done.columns, "rows": rows}
json.dump(found, open(out, "w"))
spark.stop()
"""


def spark_python() -> str:
    named = os.environ.get("MLL_SPARK_PYTHON", "")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    if not named and importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed, and MLL_SPARK_PYTHON names no Python with it")
    return named or sys.executable


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def same(ours: Any, theirs: Any) -> bool:
    """Equal; sums in another order may differ in the last digits."""
    if isinstance(ours, float) and isinstance(theirs, float) and not math.isinf(ours):
        return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-14)
    return bool(ours == theirs)


def by_the_workbench(recipe: Recipe, path: Path) -> pa.Table:
    return warehouse.arrow(prepare.as_sql(recipe, path), path)


@pytest.mark.timeout(900)
def test_spark_gives_the_same_table_for_every_step_that_goes_with_a_model(tmp_path: Path) -> None:
    python, path = spark_python(), parquet(tmp_path, ROWS)
    asked = {
        kind: Recipe(steps=(example(cls),))
        for kind, cls in KEEPING.items()
        if kind not in OTHERWISE_IN_SPARK
    }
    asked |= {"together": TOGETHER, "in passing": IN_PASSING}
    codes, out = tmp_path / "codes.json", tmp_path / "out.json"
    codes.write_text(json.dumps({n: prepare.as_pyspark(r, path) for n, r in asked.items()}))
    told = [python, "-c", RUN, str(path), str(codes), str(out)]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    differing = {}
    for name, theirs in json.loads(out.read_text()).items():
        ours = by_the_workbench(asked[name], path)
        assert theirs["columns"] == ours.column_names, name
        cells = [
            (n, column, plain(mine), other)
            for n, (row, others) in enumerate(zip(ours.to_pylist(), theirs["rows"], strict=True))
            for (column, mine), other in zip(row.items(), others, strict=True)
        ]
        differing[name] = [cell for cell in cells if not same(cell[2], cell[3])]
    assert {name: cells[:3] for name, cells in differing.items() if cells} == {}


def test_capitals_are_refused_as_spark_has_others(tmp_path: Path) -> None:
    recipe = Recipe(steps=(example(STEPS["change_case"], case="upper"),))
    with pytest.raises(InvalidParameter, match="writes ß as SS"):
        prepare.as_pyspark(recipe, parquet(tmp_path, ROWS))


@pytest.mark.parametrize("kind", [*OTHERWISE_IN_SPARK, "drop_duplicates", "sort_rows"])
def test_a_step_that_spark_would_do_otherwise_is_refused(kind: str, tmp_path: Path) -> None:
    recipe = Recipe(steps=(example(STEPS[kind]),))
    with pytest.raises(InvalidParameter, match=r"Step 1 .* cannot be written for Spark: Spark"):
        prepare.as_pyspark(recipe, parquet(tmp_path, ROWS))
