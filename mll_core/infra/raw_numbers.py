"""The numbers of raw rows: which of them went into the sealed test, kept apart from all rows.

A number is a row's place in its data version, from 0. They are kept as a small Parquet file with
one column, ``row``, in order; no file that a model learns from holds them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.provenance import ROW, SIDE, shown
from mll_core.domain.recipe import Recipe
from mll_core.infra import copied, raw_rows, warehouse
from mll_core.infra.warehouse import identifier

COLUMN = "row"
CHOOSING = "Choosing the rows"
_N = identifier(ROW)
_SIDES = f"POSITIONAL JOIN {identifier(SIDE)}"


def carried(
    recipe: Recipe,
    raw: Path,
    others: Mapping[str, Any] | None = None,
    progress: Progress = quiet,
) -> pa.ChunkedArray:
    """Per row that the shaping part of ``recipe`` makes of ``raw``: its number, or several.

    Raises NoRoom, and what ``progress`` raises, which ends the query.
    """
    sql, tables = _over(raw, made_of(recipe, raw).select(ROW)), {warehouse.ROWS: raw}
    return copied.arrow(sql, {**tables, **(others or {})}, progress, CHOOSING)[ROW]


def beside(
    recipe: Recipe,
    raw: Path,
    parquet: Path,
    others: Mapping[str, Any],
    columns: Sequence[str] | None = None,
) -> None:
    """Write what the shaping part of ``recipe`` makes of ``raw``, all of it or some ``columns``,
    the numbers beside it."""
    made = made_of(recipe, raw)
    asked = made if columns is None else made.select(*(c for c in columns if c in made), ROW)
    warehouse.write(_over(raw, asked), raw, parquet, **others)


def stored(parquet: Path) -> pa.ChunkedArray:
    """The numbers that stand beside the rows of a file, in their order."""
    return warehouse.arrow(f"SELECT {_N} FROM {warehouse.ROWS}", parquet)[ROW]


def spread(
    values: NDArray[np.int8], numbers: pa.ChunkedArray, total: int, *, rest: int
) -> NDArray[np.int8]:
    """Per raw row of ``total`` the value of the row it went into, of what is ``carried``; that of
    the ``rest``. Rows of another table have no number."""
    found = np.full(total, rest, dtype=np.int8)
    times = np.ones(len(values), dtype=np.int64)
    while pa.types.is_list(numbers.type):
        counts = np.asarray(pc.fill_null(pc.list_value_length(numbers), 0), dtype=np.int64)
        until = np.r_[0, np.cumsum(counts)][np.r_[0, np.cumsum(times)]]
        times = np.diff(until)
        numbers = pc.list_flatten(numbers)
    places = np.asarray(numbers.fill_null(-1), dtype=np.int64)
    known = places >= 0
    found[places[known]] = np.repeat(values, times)[known]
    return found


def gathered(values: NDArray[np.int8], numbers: pa.ChunkedArray, *, rest: int) -> NDArray[np.int8]:
    """Per row, of what is ``carried``, the value of the first raw row that went into it; that of
    the ``rest`` where none did."""
    first = oldest(numbers)
    return np.where(first < 0, np.int8(rest), values[first])


def added(numbers: pa.ChunkedArray, start: int) -> NDArray[np.bool_]:
    """Per row, of what is ``carried``: whether every raw row in it has at least the number
    ``start``."""
    return oldest(numbers) >= start


def oldest(numbers: pa.ChunkedArray) -> NDArray[np.int64]:
    """Per row, of what is ``carried``: the lowest number of a raw row in it, -1 without any."""
    if not pa.types.is_list(numbers.type):
        return np.asarray(numbers.fill_null(-1), dtype=np.int64)
    return np.array([_oldest(row) if row else -1 for row in numbers.to_pylist()], dtype=np.int64)


def _oldest(numbers: Any) -> int:
    return min(map(_oldest, numbers)) if isinstance(numbers, list) and numbers else _one(numbers)


def _one(number: Any) -> int:
    return number if isinstance(number, int) else -1


def chosen(
    recipe: Recipe, rows: Path, numbers: pa.ChunkedArray
) -> tuple[str, dict[str, warehouse.Rows]] | None:
    """The query for the rows of a file that ``recipe`` chooses, whose ``numbers`` are these, and
    the tables it reads; None where it makes others, or brings them in another order.

    ``rows``: raw, or the numbers beside them. What is looked at to choose rows is less than the
    rows: a sort would carry every column along, and a join would lose the order.
    """
    single = pa.types.is_integer(numbers.type) and not numbers.null_count
    if not (single and recipe.shaping.only_chooses):
        return None
    table = warehouse.table(rows)
    there = np.asarray(stored(rows)) if ROW in table.columns else None
    found = np.asarray(numbers)
    if any(not (np.diff(n) > 0).all() for n in (found, there) if n is not None):
        return None
    marks = np.zeros(warehouse.count(table, rows), dtype=bool)
    marks[found if there is None else np.searchsorted(there, found)] = True
    query = warehouse.to_sql(raw_rows.normal(table.select(shown(table))))
    sql = f"SELECT r.* FROM ({query}) r POSITIONAL JOIN marks m WHERE m.{identifier(COLUMN)}"
    return sql, {warehouse.ROWS: rows, "marks": pa.table({COLUMN: pa.array(marks)})}


def put(found: tuple[str, Mapping[str, warehouse.Rows]], parquet: Path) -> int:
    """Write what a query finds in the tables it reads; how many rows."""
    sql, tables = found
    more = {name: rows for name, rows in tables.items() if name != warehouse.ROWS}
    return warehouse.write(sql, tables[warehouse.ROWS], parquet, **more)


def shaped(
    recipe: Recipe,
    raw: Path,
    parquet: Path,
    sides: NDArray[np.int8],
    learned: tuple[int, ...],
    others: Mapping[str, Any],
) -> int:
    """Write what the shaping part makes of ``raw`` on the sides to be ``learned`` from, the numbers
    beside it; how many rows. ``sides``: of each raw row; steps choose among the rows of one.

    Raises InvalidParameter when one row is made of several.
    """
    query = made_of(recipe, raw, {SIDE: "int8"})
    if not query[ROW].type().is_integer():
        raise InvalidParameter("one row is made of several", hint="")
    kept = raw_rows.normal(query.filter(query[SIDE].isin(learned)).drop(SIDE))
    beside = {**others, SIDE: pa.table({SIDE: sides})}
    return warehouse.write(_over(raw, kept, _SIDES), raw, parquet, **beside)


def made_of(recipe: Recipe, raw: Path, more: Mapping[str, str] | None = None) -> ir.Table:
    """The query for what the shaping part of ``recipe`` makes of ``raw``, the numbers beside it."""
    columns = {**warehouse.table(raw).schema(), ROW: "int64", **(more or {})}
    table = ibis.table(columns, name=warehouse.ROWS)
    return recipe.shaping.shape(raw_rows.normal(table), _nothing)


def _over(raw: Path, query: ir.Table, beside: str = "") -> str:
    rows = f"SELECT * FROM ({numbered(raw)}) {beside}"
    return f"WITH {warehouse.ROWS} AS ({rows}) SELECT * FROM ({warehouse.to_sql(query)})"


def write(
    numbers: pa.ChunkedArray | None, raw: Path, parts: NDArray[np.int8], parquet: Path
) -> int:
    """Write the numbers of the raw rows that made the test rows (``parts`` is 2); how many.

    ``numbers``: of each row, as ``carried``; None where the raw rows are parted. A raw row in
    neither part that is equal to one of them is counted as well: it would tell what is sealed.
    """
    if numbers is None:
        sealed = np.flatnonzero(parts == 2)  # noqa: PLR2004
    else:
        held = (_flat(numbers.filter(pa.array(parts == part))) for part in (1, 2))
        learned, sealed = held
        sealed = np.union1d(sealed, _twins(raw, sealed, learned))
    return keep(sealed, parquet)


def keep(numbers: NDArray[np.int64], parquet: Path) -> int:
    """Write numbers in order; how many."""
    rows = pa.table({COLUMN: pa.array(np.unique(numbers), type=pa.int64())})
    return warehouse.write(f"FROM {warehouse.ROWS}", rows, parquet)


def read(parquet: Path) -> NDArray[np.int64]:
    """Numbers that were kept, in order."""
    return np.asarray(warehouse.query(f"FROM {warehouse.source(parquet)}")[COLUMN], dtype=np.int64)


def without(raw: Path, numbers: Path) -> str:
    """The query for the rows of ``raw`` whose numbers are not among ``numbers``, in their order."""
    return _chosen(raw, numbers, sealed=0)


def same_in(version: Path, raw: Path, numbers: Path) -> NDArray[np.int64]:
    """Numbers of the rows of another ``version`` that equal one of those ``numbers`` of ``raw``.

    Equal in every column that both have, as values: 3 is 3.0, a date the moment it begins. A column
    that became another kind of value is not compared: one row too many rather than one too few.
    """
    here, there = (warehouse.table(path).schema() for path in (raw, version))
    kinds = {name: _compared(here[name], there[name]) for name in here if name in there}
    told = {name: kind for name, kind in kinds.items() if kind}
    told = told or dict.fromkeys(kinds, "VARCHAR")
    if not told:
        return np.array([], dtype=np.int64)
    values = (_value(identifier(name), kind) for name, kind in told.items())
    mark = f"hash({', '.join(values)})"
    found = warehouse.query(
        f"SELECT {_N} AS n FROM ({numbered(version)}) "
        f"WHERE {mark} IN (SELECT {mark} FROM ({_chosen(raw, numbers, sealed=1)}))"
    )
    return np.asarray(found["n"], dtype=np.int64)


def _compared(*types: dt.DataType) -> str:
    """As what values of both types are compared; empty when they are of different kinds."""
    if all(one.is_numeric() for one in types):
        return "FLOAT" if any(one.is_float32() for one in types) else "DOUBLE"
    if all(one.is_timestamp() or one.is_date() for one in types):
        return "TIMESTAMP"
    return "VARCHAR" if len({type(one) for one in types}) == 1 else ""


def _value(column: str, kind: str) -> str:
    value = f"{column}::{kind}"
    number = kind in ("FLOAT", "DOUBLE")
    return f"CASE WHEN isnan({value}) THEN NULL ELSE {value} + 0 END" if number else value


def numbered(raw: Path) -> str:
    """The query for the rows of ``raw``, their numbers beside them."""
    # Not file_row_number: a table may have a column of that name. Both keep the order.
    return f"SELECT *, row_number() OVER () - 1 AS {_N} FROM {warehouse.source(raw)}"


def _chosen(raw: Path, numbers: Path, sealed: int) -> str:
    # Bits instead of a join: a join loses the order of the rows, and takes five times as long.
    (total,) = warehouse.query(f"SELECT count(*) AS n FROM {warehouse.source(raw)}")[
        "n"
    ].to_pylist()
    bits = (
        f"SELECT bitstring_agg({COLUMN}, 0, {max(0, total - 1)}) FROM {warehouse.source(numbers)}"
    )
    return (
        f"SELECT * EXCLUDE ({_N}) FROM ({numbered(raw)}) "
        f"WHERE coalesce(get_bit(({bits}), {_N}::INTEGER), 0) = {sealed}"
    )


def _twins(raw: Path, sealed: NDArray[Any], learned: NDArray[Any]) -> NDArray[np.int64]:
    columns = ", ".join(map(identifier, warehouse.columns(raw)))
    found = warehouse.query(
        f"WITH marked AS (SELECT {_N} AS n, hash({columns}) AS h FROM ({numbered(raw)})) "
        "SELECT n FROM marked WHERE n NOT IN (SELECT n FROM learned) AND h IN "
        "(SELECT h FROM marked WHERE n IN (SELECT n FROM sealed))",
        sealed=pa.table({"n": pa.array(sealed, type=pa.int64())}),
        learned=pa.table({"n": pa.array(learned, type=pa.int64())}),
    )
    return np.asarray(found["n"], dtype=np.int64)


def _flat(numbers: pa.ChunkedArray) -> NDArray[np.int64]:
    while pa.types.is_list(numbers.type):
        numbers = pc.list_flatten(numbers)
    return np.unique(np.asarray(numbers.drop_null(), dtype=np.int64))


def _nothing(_: Any) -> tuple[Any, ...]:
    return ()  # steps that choose rows learn nothing
