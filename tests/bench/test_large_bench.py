"""Ten million rows of twenty columns on two cores, by the command that a person types.

``MLL_LARGE_ROWS`` makes the table smaller, ``MLL_LARGE_SECONDS`` is the budget of ``mll run``. The
peak is that of all processes of the command together.
"""

import json
import os
import sys
import time
from pathlib import Path

import pytest
from bench.test_scale_bench import Cost, measured

from mll_core.infra import warehouse

ROWS = int(os.environ.get("MLL_LARGE_ROWS", "10_000_000"))
SECONDS = float(os.environ.get("MLL_LARGE_SECONDS", "600"))
MOST_MEGABYTES = 4_096
COMMAND = "from mll_core.cli import entry; entry()"
TOLD = """
import json, sys
from mll_core.workspace import Workspace
training = Workspace.open(sys.argv[1]).project("large").results.training()
best = training.winner
print(json.dumps({
    "seconds": training.seconds,
    "rows": training.rows,
    "fitted": training.fitted,
    "winner": best.label,
    "score": best.score.value,
    "tried": [(run.label, round(run.score.value, 4)) for run in training.leaderboard],
    "curve": [(point.rows, round(point.score.value, 4)) for point in training.learning_curve],
    "helps": [help.sentence for help in training.helps],
    "skipped": [f"{one.model}: {one.reason}" for one in training.skipped],
}))
"""
DRAWN = """
SELECT i AS id,
  CASE WHEN {0} > 0.05 THEN {1} * 10 END AS x0, CASE WHEN {2} > 0.05 THEN {3} * 100 END AS x1,
  CASE WHEN {4} > 0.05 THEN {5} END AS x2, CASE WHEN {6} > 0.05 THEN {7} END AS x3,
  CASE WHEN {8} > 0.05 THEN {9} END AS x4,
  CAST({10} * 10 AS INTEGER) AS k1, CAST({11} * 100 AS INTEGER) AS k2,
  CAST({12} * 1000 AS INTEGER) AS k3, CAST({13} * 10000 AS INTEGER) AS k4,
  CAST({14} * 100000 AS INTEGER) AS k5,
  'v' || CAST({15} * 5 AS INTEGER) AS c5, 'v' || CAST({16} * 20 AS INTEGER) AS c20,
  'v' || CAST({17} * 300 AS INTEGER) AS c300, 'v' || CAST({18} * 50000 AS INTEGER) AS c50000,
  DATE '2020-01-01' + CAST({19} * 1500 AS INTEGER) AS day,
  TIMESTAMP '2020-01-01' + to_seconds(CAST({20} * 1e8 AS BIGINT)) AS moment,
  'order ' || CAST({21} * 1e5 AS INTEGER) || ' came late' AS note,
  CASE WHEN {22} < 0.5 THEN 'a' ELSE 'b' END AS side, {23} AS luck
FROM range({rows}) t(i)
"""
ANSWER = """
SELECT * EXCLUDE (luck), CASE WHEN luck < 1 / (1 + exp(-(
  0.25 * (coalesce(x0, 5) - 5) + 1.2 * sin(coalesce(x1, 0) / 9) + 2 * coalesce(x2, 0.5) * k1 / 10
  + (hash(c300) % 100) / 60.0 + (hash(c50000, c5) % 50) / 40.0 - 0.00001 * k5
  + CASE WHEN side = 'a' THEN 0.8 * coalesce(x3, 0) ELSE -0.8 * coalesce(x4, 0) END - 3.6
))) THEN 'yes' ELSE 'no' END AS answer FROM ({drawn})
"""


def write(rows: int, parquet: Path) -> None:
    """20 columns of every kind, whose answer takes many rows to learn; the same each time."""
    chances = [f"((hash(i, {n}) % 1000003) / 1000003.0)" for n in range(24)]
    query = ANSWER.format(drawn=DRAWN.format(*chances, rows=rows))
    warehouse.connect().execute(warehouse.copying(query, parquet))


def mll(*arguments: str) -> Cost:
    return measured(COMMAND, *arguments)


@pytest.mark.bench
@pytest.mark.timeout(7_200)
def test_ten_million_rows_are_learned_from_within_four_gigabytes(tmp_path: Path) -> None:
    table, home = tmp_path / "rows.parquet", str(tmp_path / "home")
    write(ROWS, table)
    named = ("--home", home)
    new = mll("new", "large", "--data", str(table), "--target", "answer", *named)
    began = time.monotonic()
    ran = mll("run", "large", "--until", "train", "--budget", f"{SECONDS:g}", *named)
    clock = time.monotonic() - began
    told = json.loads(measured(TOLD, home).said.splitlines()[-1])
    print(f"\n{ROWS:,} rows, new: {new.seconds:.0f} s of computing, {new.peak:,.0f} MB")
    print(f"run: {ran.seconds:.0f} s of computing, {clock:.0f} s by the clock, {ran.peak:,.0f} MB")
    print(f"training: {told['seconds']:.0f} s of {SECONDS:.0f} s, kept within 10 %: ", end="")
    print(told["seconds"] <= 1.1 * SECONDS, json.dumps(told, indent=1), file=sys.stdout)
    assert max(new.peak, ran.peak) < MOST_MEGABYTES
    assert told["seconds"] <= 1.1 * SECONDS
    assert told["fitted"] == told["rows"]
