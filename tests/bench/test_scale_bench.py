"""Twelve steps over ten million rows, file to file, beside a plain copy.

``MLL_BENCH_ROWS`` makes the table smaller. The plain copy, a sort and a removal of duplicates by
the engine alone are measured in the same run, in a process of their own each.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from bench.test_profile_bench import write_table

from mll_core.infra import processes

ROWS = int(os.environ.get("MLL_BENCH_ROWS", "10_000_000"))
STEPS = [
    {"kind": "drop_duplicates", "columns": ["id"]},
    {"kind": "filter_rows", "formula": "k5 > 100"},
    {"kind": "trim_text", "column": "c5"},
    {"kind": "change_case", "column": "c20", "case": "upper"},
    {"kind": "fill_missing", "column": "x0", "how": "median"},
    {"kind": "fill_missing", "column": "x1", "how": "mean"},
    {"kind": "clip_outliers", "column": "x2"},
    {"kind": "scale_numbers", "column": "x3"},
    {"kind": "group_rare", "column": "c50000"},
    {"kind": "derive_column", "to": "ratio", "formula": "x4 / (k2 + 1)"},
    {"kind": "date_parts", "column": "day"},
    {"kind": "encode_frequency", "column": "c300", "into": "c300 share"},
]
COPY = """
import duckdb, sys
duckdb.sql(f"COPY ({sys.argv[2]}) TO '{sys.argv[1]}' (FORMAT parquet, COMPRESSION zstd)")
"""
WHOLE = """
import json, sys
from pathlib import Path
from mll_core.catalog import read_steps
from mll_core.domain.recipe import Recipe
from mll_core.infra.objects import ObjectStore
from mll_core.stages.prepare.whole import whole
said = []
recipe = Recipe(steps=read_steps(json.loads(sys.argv[3])))
tell = lambda share, message: said.append(round(share, 3))
version, _ = whole(recipe, Path(sys.argv[1]), ObjectStore(Path(sys.argv[2])), {}, tell)
assert said == sorted(said) and said[-1] == 1.0 and version.rows, said
print(version.rows, len(said))
"""
PARTED = """
import json, sys
from pathlib import Path
from mll_core.catalog import read_steps
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.task import Task
from mll_core.infra.objects import ObjectStore
from mll_core.stages import prepare
recipe = Recipe(steps=read_steps(json.loads(sys.argv[3])))
plan = prepare.SplitPlan(SplitSection(), "answer", Task.BINARY)
made = prepare.split(recipe, Path(sys.argv[1]), plan, ObjectStore(Path(sys.argv[2])))
print(made.development.rows, made.test.rows)
"""
APART = {
    "duplicates": [{"kind": "drop_duplicates", "columns": ["id"]}],
    "sample": [STEPS[1], {"kind": "sample_rows", "share": 0.5}],
}
"""Recipes whose steps choose among the rows of a part."""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("scale") / "t.parquet"
    write_table(ROWS, path)
    yield path
    path.unlink()


@dataclass(frozen=True)
class Cost:
    """What a program took: seconds of computing, megabytes in memory and spilled; what it said."""

    seconds: float
    peak: float
    spilled: float
    said: str


def measured(code: str, *arguments: str, **environment: str) -> Cost:
    """What a program and its family took; computing is counted, for a machine may be busy."""
    before, most, spilled = resource.getrusage(resource.RUSAGE_CHILDREN), 0, 0
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env={**os.environ, "TMPDIR": folder, **environment},
            stdout=subprocess.PIPE,
            text=True,
            **processes.family(),
        ) as process,
    ):
        while process.poll() is None:
            most = max(most, processes.resident(processes.members(process.pid)))
            spilled = max(spilled, _bytes(Path(folder)))
            time.sleep(0.05)
        assert process.returncode == 0
        assert process.stdout
        said = process.stdout.read().strip()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, most / 1e6, spilled / 1e6, said)


def _bytes(folder: Path) -> int:
    found = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            found += path.stat().st_size if path.is_file() else 0
    return found


def engine(table: Path, folder: Path, query: str) -> float:
    out = folder / "plain.parquet"
    cost = measured(COPY, str(out), query.format(rows=f"'{table}'"))
    out.unlink()
    return cost.seconds


@pytest.mark.bench
@pytest.mark.timeout(3_600)
def test_twelve_steps_cost_at_most_four_plain_copies(table: Path, tmp_path: Path) -> None:
    copy = engine(table, tmp_path, "FROM {rows}")
    alone = "SELECT * FROM {rows} QUALIFY row_number() OVER (PARTITION BY id ORDER BY day) = 1"
    unique = engine(table, tmp_path, alone)
    ours = measured(WHOLE, str(table), str(tmp_path), json.dumps(STEPS))
    goal = 4 * copy + max(0.0, unique - copy)
    print(
        f"\n{ROWS:,} rows, 12 steps: {ours.seconds:.1f} CPU s, peak {ours.peak:,.0f} MB "
        f"({ours.said}); plain copy {copy:.1f} CPU s, duplicates alone {unique - copy:.1f} more; "
        f"{ours.seconds / copy:.2f} copies, {ours.seconds / goal:.2f} of the goal"
    )
    assert ours.seconds <= goal or ROWS < 10_000_000
    assert ours.peak < 4_000


@pytest.mark.bench
@pytest.mark.timeout(3_600)
def test_little_memory_makes_it_spill_and_not_die(table: Path, tmp_path: Path) -> None:
    arguments = (str(table), str(tmp_path), json.dumps(STEPS))
    least = max(150, ROWS * 40 // 1_000_000)
    ours = measured(WHOLE, *arguments, MLL_QUERY_MEMORY_MB=str(least))
    print(
        f"\n{ROWS:,} rows with {least} MB for the query: {ours.seconds:.1f} CPU s, "
        f"peak {ours.peak:,.0f} MB, {ours.spilled:,.0f} MB spilled"
    )
    assert ours.spilled > 1 or ROWS < 10_000_000


@pytest.mark.bench
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("recipe", APART)
def test_rows_are_parted_in_little_memory(table: Path, tmp_path: Path, recipe: str) -> None:
    ours = measured(PARTED, str(table), str(tmp_path), json.dumps(APART[recipe]))
    print(
        f"\n{ROWS:,} rows parted, {recipe}: {ours.seconds:.1f} CPU s, peak {ours.peak:,.0f} MB "
        f"({ours.said} rows)"
    )
    assert ours.peak < 2_500
