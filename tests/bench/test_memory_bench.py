"""What a run takes in memory beside what was estimated before it began."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
from real_data import real

from mll_core.domain.job import Job, JobStatus
from mll_core.estimate import megabytes
from mll_core.infra import processes
from mll_core.workspace import Workspace

BUDGET = 45
RUN = """
import sys
from mll_core.workspace import Workspace
Workspace.open(sys.argv[1]).project("p").run("evaluate")
"""


def million(folder: Path) -> Path:
    """A million rows of twenty columns."""
    chance, rows = np.random.default_rng(0), 1_000_000
    table = {f"x{n}": chance.normal(size=rows).round(4) for n in range(15)}
    table |= {f"c{n}": chance.choice([f"v{k}" for k in range(12)], rows) for n in range(4)}
    table["y"] = np.where(table["x0"] + chance.normal(size=rows) > 0, "yes", "no")
    path = folder / "million.csv"
    pa.csv.write_csv(pa.table(table), path)
    return path


def peak(home: Path) -> float:
    """The most megabytes that a run of the project held."""
    process = subprocess.Popen([sys.executable, "-c", RUN, str(home)], **processes.family())
    most = 0
    while process.poll() is None:
        most = max(most, processes.resident(processes.members(process.pid)))
        time.sleep(0.1)
    assert process.returncode == 0
    return most / 1e6


@pytest.mark.bench
@pytest.mark.real
@pytest.mark.timeout(3_600)
def test_what_a_run_takes_is_at_most_what_was_estimated(tmp_path: Path) -> None:
    tables = {
        "ames": (str(real("ames_housing.csv")), "SalePrice"),
        "bike": (str(real("bike_sharing_hour.csv")), "cnt"),
        "adult": (str(real("adult.csv")), "income"),
        "a million rows": (str(million(tmp_path)), "y"),
    }
    for name, (source, target) in tables.items():
        home = tmp_path / name
        workspace = Workspace.open(home, actor="bench")
        project = workspace.create_project("p", source, target=target, budget=BUDGET)
        job = Job(id="j", project=project.slug, kind="run", status=JobStatus.QUEUED)
        estimated = megabytes(workspace, job)
        workspace.database.close()
        measured = peak(home)
        print(f"{name:15} estimated {estimated:6,.0f} MB, measured {measured:6,.0f} MB")
        assert measured <= 1.2 * estimated
