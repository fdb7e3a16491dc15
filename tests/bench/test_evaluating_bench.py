"""Judging two million sealed rows of twenty columns.

``MLL_JUDGED_ROWS`` makes the table smaller; half of it is sealed. The peak is that of all
processes together.
"""

import os
from pathlib import Path

import pytest
from bench.test_large_bench import MOST_MEGABYTES, mll, write
from bench.test_scale_bench import measured

ROWS = int(os.environ.get("MLL_JUDGED_ROWS", "4_000_000"))

JUDGE = """
import sys
from mll_core.workspace import Workspace
project = Workspace.open(sys.argv[1]).project("large")
project.run("evaluate")
report = project.results.report()
print(report.model, report.test_rows, report.test[report.primary_metric], report.gate.passed)
print(report.explanation.n, "rows explained:", report.explanation.method)
"""


@pytest.mark.bench
@pytest.mark.timeout(3_600)
def test_two_million_sealed_rows_are_judged_within_four_gigabytes(tmp_path: Path) -> None:
    table, home = tmp_path / "rows.parquet", str(tmp_path / "home")
    write(ROWS, table)
    said = ("--set", "split.test_share=0.5", "--set", "brief.protected=[side]")
    mll("new", "large", "--data", str(table), "--target", "answer", *said, "--home", home)
    trained = mll("run", "large", "--until", "train", "--budget", "60", "--home", home)
    judged = measured(JUDGE, home)
    print(f"\n{ROWS // 2:,} sealed rows of {ROWS:,}, trained at most {trained.peak:,.0f} MB")
    print(f"judging: {judged.seconds:.0f} s of computing, {judged.peak:,.0f} MB")
    print(judged.said)
    assert judged.peak < MOST_MEGABYTES
