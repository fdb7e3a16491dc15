"""What a training costs: the budget that was given, the memory it took, and what it learned from.

``MLL_TRAINING_ROWS`` (by commas) are the sizes, ``MLL_TRAINING_SECONDS`` the budget of each. It is
kept by the clock, also on a busy machine where each fit takes longer.
"""

import json
import os
from pathlib import Path

import pytest
from bench.test_profile_bench import write_table
from bench.test_scale_bench import measured

SIZES = [int(n) for n in os.environ.get("MLL_TRAINING_ROWS", "1_000,100_000,1_000_000").split(",")]
SECONDS = float(os.environ.get("MLL_TRAINING_SECONDS", "60"))
MOST_MEGABYTES = 4_096
TRAIN = """
import json, sys
from mll_core.workspace import Workspace
home, table, seconds = sys.argv[1:]
settings = {"train.budget_seconds": float(seconds)}
project = Workspace.open(home, actor="bench").create_project(
    "bench", table, target="answer", settings=settings
)
project.run("train")
found = project.results.training()
share = found.winner.parameters.get("share_of_rows", 1.0)
told = {"seconds": found.seconds, "rows": found.rows, "share": share, "winner": found.winner.label}
print(json.dumps(told | {"tried": len(found.leaderboard), "skipped": len(found.skipped)}))
"""


@pytest.mark.bench
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("rows", SIZES)
def test_the_budget_holds_and_the_table_fits(rows: int, tmp_path: Path) -> None:
    table = tmp_path / "rows.parquet"
    write_table(rows, table)
    cost = measured(TRAIN, str(tmp_path / "home"), str(table), str(SECONDS))
    told = json.loads(cost.said.splitlines()[-1])
    print(f"\n{rows:,} rows: {told}, {cost.seconds:.0f} s of computing, {cost.peak:.0f} MB")
    assert told["seconds"] <= 1.1 * SECONDS
    assert told["share"] == 1.0 or rows > 1_000_000
    assert cost.peak < MOST_MEGABYTES
