"""Current rows in memory for scoring, with their outcomes when a file of outcomes is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from mll_core.domain.errors import InvalidParameter, UnknownColumn, nearest
from mll_core.infra import warehouse
from mll_core.infra.raw_rows import Kind, kinds
from mll_core.infra.warehouse import identifier

MOST = 200_000
"""Above so many rows a fixed part of them is scored; monitoring says so."""


@dataclass(frozen=True)
class Labels:
    """Where outcomes come from: the target column of ``file``, matched by ``keys``."""

    file: Path
    keys: tuple[str, ...]


def columns(path: Path) -> dict[str, Kind]:
    """Names and kinds of a Parquet file's columns, in order."""
    return kinds(pq.read_schema(path).empty_table())


def count(path: Path) -> int:
    """The number of rows of a Parquet file."""
    return int(pq.read_metadata(path).num_rows)


def read(
    current: Path, names: Sequence[str], target: str, labels: Labels | None, most: int = MOST
) -> pd.DataFrame:
    """The columns ``names`` of the current rows, and ``target`` (missing where not known).

    Rows keep their order. Raises UnknownColumn, InvalidParameter when outcomes cannot be matched.
    """
    there = columns(current)
    wanted = ", ".join(f"c.{identifier(n)}" for n in names if n in there and n != target)
    part = max(1, -(-count(current) // most))
    keep = f"WHERE hash(file_row_number) % {part} = 0" if part > 1 else ""
    rows = f"(SELECT * FROM read_parquet({_text(current)}, file_row_number = true) {keep})"
    truth, joined = "NULL", ""
    if labels is not None:
        truth, joined = f"o.{identifier(target)}", _join(there, labels, target)
    elif target in there:
        truth = f"c.{identifier(target)}"
    chosen = f"{wanted + ', ' if wanted else ''}{truth} AS {identifier(target)}"
    sql = f"SELECT {chosen} FROM {rows} c {joined} ORDER BY c.file_row_number"
    return warehouse.to_pandas(warehouse.query(sql))


def _join(there: dict[str, Kind], labels: Labels, target: str) -> str:
    if not labels.keys:
        what = "Outcomes cannot be matched to rows: no key columns are named."
        raise InvalidParameter(what, hint="Name them in data.keys, such as the customer's number.")
    known = columns(labels.file)
    for name, among, where in [
        (target, known, "The outcomes have"),
        *((key, known, "The outcomes have") for key in labels.keys),
        *((key, there, "The current rows have") for key in labels.keys),
    ]:
        if name not in among:
            raise UnknownColumn(f"{where} no column {name!r}.", hint=nearest(name, among))
    keys = [identifier(key) for key in labels.keys]
    value = f"any_value({identifier(target)}) AS {identifier(target)}"
    once = (
        f"(SELECT {', '.join(keys)}, {value} FROM read_parquet({_text(labels.file)}) GROUP BY ALL)"
    )
    same = " AND ".join(f"CAST(c.{key} AS VARCHAR) = CAST(o.{key} AS VARCHAR)" for key in keys)
    return f"LEFT JOIN {once} o ON {same}"


def _text(path: Path) -> str:
    return warehouse.source(path).removeprefix("read_parquet(").removesuffix(")")
