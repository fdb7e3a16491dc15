"""Evidence for the tests of checks: small tables as a check sees them."""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding
from mll_core.domain.task import Task
from mll_core.infra import profiler, warehouse


def found(check: Check, columns: Any, target: str | None = None, **more: Any) -> list[Finding]:
    """What ``check`` says about ``columns``, a dict of lists or a frame."""
    is_frame = isinstance(columns, pd.DataFrame)
    table = pa.Table.from_pandas(columns, preserve_index=False) if is_frame else pa.table(columns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        pq.write_table(table, path)
        return found_in(check, path, target, **more)


def found_in(
    check: Check,
    path: Path,
    target: str | None = None,
    task: Task | None = None,
    excluded: frozenset[str] = frozenset(),
) -> list[Finding]:
    """What ``check`` says about a Parquet file."""
    evidence = Evidence(
        profile=profiler.profile(path),
        table=warehouse.table(path),
        ask=lambda query: warehouse.records(query, path),
        target=target,
        task=task,
        excluded=excluded,
    )
    return list(check.findings(evidence))
