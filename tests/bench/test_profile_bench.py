"""What the profile costs beside the engine's own SUMMARIZE; run with ``-m bench``."""

import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mll_core.domain.connector import ReadOptions, quiet
from mll_core.infra import profiler, reader, warehouse

TABLE = """
SELECT i AS id, {numbers}, {levels},
  DATE '2020-01-01' + CAST(random() * 1500 AS INTEGER) AS day,
  TIMESTAMP '2020-01-01' + to_seconds(CAST(random() * 1e8 AS BIGINT)) AS moment,
  'order ' || CAST(random() * 1e5 AS INTEGER) || ' came late' AS note,
  CASE WHEN random() < 0.2 THEN 'yes' ELSE 'no' END AS answer
FROM range({rows}) t(i)
"""


def write_table(rows: int, to: Path) -> None:
    """20 columns as in scale.md: numbers with gaps, levels, dates, id, text, answer."""
    numbers = ", ".join(
        f"CASE WHEN random() > 0.05 THEN random() * {10**i} END AS x{i}" for i in range(5)
    )
    numbers += ", " + ", ".join(f"CAST(random() * {10**i} AS INTEGER) AS k{i}" for i in range(1, 6))
    levels = ", ".join(
        f"'v' || CAST(random() * {n} AS INTEGER) AS c{n}" for n in (5, 20, 300, 50_000)
    )
    cursor = warehouse.connect()
    cursor.execute("SELECT setseed(0.5)")
    query = TABLE.format(rows=rows, numbers=numbers, levels=levels)
    kind = "FORMAT parquet" if to.suffix == ".parquet" else "FORMAT csv, HEADER"
    cursor.execute(f"COPY ({query}) TO '{to}' ({kind})")


def cpu_seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


@pytest.mark.bench
@pytest.mark.parametrize("rows", [100_000, 1_000_000])
def test_a_profile_costs_no_more_than_summarize(rows: int, tmp_path: Path) -> None:
    parquet = tmp_path / "t.parquet"
    write_table(rows, parquet)
    summarize = cpu_seconds(
        lambda: warehouse.connect().execute(f"SUMMARIZE FROM '{parquet}'").fetchall()
    )
    ours = cpu_seconds(lambda: profiler.profile(parquet))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{rows:,} rows: profile {ours:.1f} CPU s, SUMMARIZE {summarize:.1f}, "
        f"ratio {ours / summarize:.2f}, peak {peak:,.0f} MB"
    )
    assert ours < 1.2 * summarize or rows < 1_000_000  # below, the fixed costs rule


@pytest.mark.bench
def test_text_is_read_in_a_stream(tmp_path: Path) -> None:
    text = tmp_path / "t.csv"
    write_table(1_000_000, text)
    seconds = cpu_seconds(
        lambda: reader.read_text([text], ReadOptions(), tmp_path / "o.parquet", quiet)
    )
    size = text.stat().st_size / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{size:,.0f} MB of text in {seconds:.1f} CPU s, peak {peak:,.0f} MB")
    assert peak < 1500
