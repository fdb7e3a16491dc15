"""Rows and their late outcomes put together, and rows that two trainings have not seen."""

from collections.abc import Sequence
from pathlib import Path

from mll_core.domain.errors import UnfitRows, UnknownColumn
from mll_core.infra import warehouse
from mll_core.infra.warehouse import identifier


def join(rows: Path, outcomes: Path, *, keys: Sequence[str], target: str, parquet: Path) -> int:
    """Write ``rows`` with the ``target`` that ``outcomes`` tells by key; how many were told.

    Rows whose outcome is not known are left out; their order stays. Without keys the n-th outcome
    is taken for the n-th row when there are as many. Raises UnfitRows when outcomes cannot be
    matched or a key has two, UnknownColumn when a key or the target is missing.
    """
    if not keys:
        return _side_by_side(rows, outcomes, target, parquet)
    for path, name in ((rows, "the rows"), (outcomes, "the outcomes")):
        wanted = keys if path == rows else (*keys, target)
        present = list(warehouse.columns(path))
        for column in wanted:
            if column not in present:
                raise UnknownColumn.named(column, where=name, among=present)
    by = ", ".join(map(identifier, keys))
    twice = warehouse.query(
        f"SELECT count(*) AS n FROM (SELECT {by} FROM told GROUP BY ALL HAVING count(*) > 1)",
        told=outcomes,
    )
    if twice["n"][0].as_py():
        what = f"{twice['n'][0].as_py():,} keys have more than one outcome."
        raise UnfitRows(what, hint="Keep one outcome per key.")
    same = " AND ".join(f"r.{identifier(k)}::VARCHAR = o.{identifier(k)}::VARCHAR" for k in keys)
    held = [name for name in warehouse.columns(rows) if name != target]
    columns = ", ".join(f"r.{identifier(name)}" for name in held)
    sql = (
        f"SELECT {columns}, o.{identifier(target)} FROM (SELECT *, row_number() OVER () AS __nth"
        f" FROM {warehouse.ROWS}) r JOIN told o ON {same} ORDER BY r.__nth"
    )
    return warehouse.write(sql, rows, parquet, told=outcomes)


def _side_by_side(rows: Path, outcomes: Path, target: str, parquet: Path) -> int:
    if target not in (told := list(warehouse.columns(outcomes))):
        raise UnknownColumn.named(target, where="the outcomes", among=told)
    counts = [
        warehouse.query("SELECT count(*) AS n FROM t", t=path)["n"][0].as_py()
        for path in (rows, outcomes)
    ]
    if counts[0] != counts[1]:
        hint = "Name the columns that identify a row: data.keys in the document."
        what = f"{counts[1]:,} outcomes cannot be matched to {counts[0]:,} rows without a key."
        raise UnfitRows(what, hint=hint)
    columns = [identifier(name) for name in warehouse.columns(rows) if name != target]
    held = f"SELECT {', '.join(columns)} FROM {warehouse.ROWS}"
    sql = f"SELECT * FROM ({held}) POSITIONAL JOIN (SELECT {identifier(target)} FROM told)"
    return warehouse.write(sql, rows, parquet, told=outcomes)


def unseen(rows: Path, seen: Path, parquet: Path) -> int:
    """Write those of ``rows`` that are not among ``seen``, whole row against whole row; how many.

    Columns are compared by name as text; a column that only one of the two has is ignored.
    """
    known = list(warehouse.columns(seen))
    shared = [identifier(name) for name in warehouse.columns(rows) if name in known]
    row = f"hash({', '.join(f'{name}::VARCHAR' for name in shared)})"
    sql = f"SELECT * FROM {warehouse.ROWS} WHERE {row} NOT IN (SELECT {row} FROM seen)"
    return warehouse.write(sql, rows, parquet, seen=seen)
