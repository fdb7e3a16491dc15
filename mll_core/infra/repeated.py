"""Rows to learn from that are equal to a row of the test: counted in both parts, shown from one."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.balance import Repeats
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step
from mll_core.infra import warehouse
from mll_core.infra.warehouse import identifier

SHOWN = 20


def compared(development: Path, ignored: Collection[str]) -> list[str]:
    """The columns in which rows that are alike agree."""
    return [name for name in warehouse.columns(development) if name not in ignored]


def repeats(development: Path, test: Path, ignored: Collection[str], grouped: bool) -> Repeats:
    """Count them. ``ignored``: target, keys and the like. ``grouped``: groups stay together."""
    every, some = compared(development, ()), compared(development, ignored)
    marks = f"{_hash(every)} AS a, {_hash(some) if some else 'NULL'} AS b"
    (found,) = warehouse.query(
        f"WITH d AS (SELECT {marks} FROM learned), t AS (SELECT {marks} FROM tested) SELECT "
        "(SELECT count(*) FROM d WHERE a IN (SELECT a FROM t)) AS exact, "
        "(SELECT count(*) FROM d WHERE b IN (SELECT b FROM t)) AS alike, "
        "(SELECT count(*) FROM t WHERE a IN (SELECT a FROM d)) AS tested_exact, "
        "(SELECT count(*) FROM t WHERE b IN (SELECT b FROM d)) AS tested_alike",
        learned=development,
        tested=test,
    ).to_pylist()
    left_out = tuple(name for name in every if name not in some)
    finding = _finding(found, some, left_out, grouped)
    return Repeats(**found, ignored=left_out, finding=finding)


def first(development: Path, test: Path, ignored: Collection[str]) -> pd.DataFrame:
    """The first rows to learn from that are equal to a test row in what matters."""
    some = compared(development, ignored)
    mark = _hash(some) if some else "NULL"
    return warehouse.to_pandas(
        warehouse.query(
            f"SELECT * FROM learned WHERE {mark} IN (SELECT {mark} FROM tested) LIMIT {SHOWN}",
            learned=development,
            tested=test,
        )
    )


def tested(development: Path, test: Path, ignored: Collection[str]) -> NDArray[np.int64]:
    """Where the test rows stand that are equal to a row to learn from in what matters."""
    some = compared(development, ignored)
    if not some:
        return np.array([], np.int64)
    marked = f"SELECT {_hash(some)} AS mark, row_number() OVER () - 1 AS place FROM tested"
    found = warehouse.query(
        f"SELECT place FROM ({marked}) WHERE mark IN (SELECT {_hash(some)} FROM learned)",
        learned=development,
        tested=test,
    )
    return np.asarray(found["place"].to_numpy(), np.int64)


def _hash(columns: list[str]) -> str:
    return f"hash({', '.join(map(identifier, columns))})"


def _finding(
    found: dict[str, int], some: list[str], ignored: tuple[str, ...], grouped: bool
) -> Finding:
    besides = f"all columns but {' and '.join(map(repr, ignored))}" if ignored else "all columns"
    if not found["alike"] and not found["exact"]:
        said = f"No row to learn from is equal to a test row, in {besides}."
        return Finding(code="repeats", severity=Severity.OK, sentence=said, numbers=found)
    said = (
        f"{found['exact']:,} rows to learn from are equal to a test row in every column, "
        f"{found['alike']:,} in {besides}; they concern {found['tested_alike']:,} test rows, of "
        "which a model may remember the answer. "
    )
    said += "Drop repeated rows" + (
        "." if grouped else ", or split by the column that names whose rows they are."
    )
    if len(some) <= FEW:
        said += f" With {len(some)} columns rows may also be alike by chance."
    fix = add_step(
        "Drop repeated rows",
        {"kind": "drop_duplicates", "columns": [] if found["exact"] == found["alike"] else some},
        f"{found['alike']:,} rows stand on both sides of the split.",
    )
    return Finding(code="repeats", severity=Severity.CHECK, sentence=said, numbers=found, fix=fix)


FEW = 5
"""Columns up to which rows are easily alike."""
