"""Evidence for the tests of checks: small tables as a check sees them."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from real_data import real

from mll_core.domain.check import Check, Evidence
from mll_core.domain.connector import ReadOptions, quiet
from mll_core.domain.data import Profile
from mll_core.domain.finding import Finding
from mll_core.domain.task import Task
from mll_core.infra import profiler, reader, warehouse

_FOLDER = tempfile.TemporaryDirectory(prefix="mll-checks-")


def found(check: Check, columns: Any, target: str | None = None, **more: Any) -> list[Finding]:
    """What ``check`` says about ``columns``, a dict of lists or a frame."""
    is_frame = isinstance(columns, pd.DataFrame)
    table = pa.Table.from_pandas(columns, preserve_index=False) if is_frame else pa.table(columns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        pq.write_table(table, path)
        return found_in(check, path, target, **more)


@cache
def real_parquet(name: str) -> Path:
    """One real data set as a data version; read once for all tests."""
    path = Path(_FOLDER.name) / f"{name}.parquet"
    reader.read_text([real(name)], ReadOptions(), path, quiet)
    return path


@cache
def profile_of(path: Path) -> Profile:
    """The profile of a file that never changes."""
    return profiler.profile(path)


def found_in(
    check: Check,
    path: Path,
    target: str | None = None,
    task: Task | None = None,
    excluded: frozenset[str] = frozenset(),
) -> list[Finding]:
    """What ``check`` says about a Parquet file."""
    evidence = Evidence(
        profile=profile_of(path) if path.is_relative_to(_FOLDER.name) else profiler.profile(path),
        table=warehouse.table(path),
        ask=lambda query: warehouse.records(query, path),
        target=target,
        task=task,
        excluded=excluded,
    )
    return list(check.findings(evidence))
