"""Two data versions, one under the other."""

from pathlib import Path

import duckdb

from mll_core.domain.data import Column, DataVersion
from mll_core.domain.errors import UnfitRows
from mll_core.infra import warehouse
from mll_core.infra.objects import ObjectStore

WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
BROKEN = ("DOUBLE", "FLOAT", "DECIMAL")


def union(first: DataVersion, later: DataVersion, objects: ObjectStore) -> DataVersion:
    """The rows of ``first``, then those of ``later``, matched by column name, typed as ``first``.

    A column that ``later`` lacks is NULL there; one that only ``later`` has is left out. Where a
    value would lose its fraction or its time of day, the column takes the wider type of ``later``.
    Raises UnfitRows when a value does not fit the type it has in ``first``.
    """
    present = {column.name: column.type for column in later.columns}
    path, addition = objects.path(first.sha256), objects.path(later.sha256)
    types = {c.name: c.type for c in first.columns}
    types |= _wider(types, present, addition)
    names = {name: warehouse.identifier(name) for name in types}
    mine = ", ".join(f"{names[n]}::{dtype} AS {names[n]}" for n, dtype in types.items())
    theirs = ", ".join(
        f"{names[n] if n in present else 'NULL'}::{dtype} AS {names[n]}"
        for n, dtype in types.items()
    )
    parquet = objects.new()
    sql = f"SELECT {mine} FROM rows UNION ALL SELECT {theirs} FROM later"
    try:
        rows = warehouse.write(sql, path, parquet, later=addition)
    except duckdb.ConversionException as error:
        hint = "Make the later file look like the first, or give its types in data.options.types."
        raise UnfitRows(f"{later.source} does not fit: {error}", hint=hint) from error
    size = parquet.stat().st_size
    found = warehouse.columns(parquet)
    return DataVersion(
        sha256=objects.keep(parquet),
        rows=rows,
        columns=tuple(Column(name=name, type=dtype) for name, dtype in found.items()),
        source=first.source,
        bytes=size,
        understood=f"{first.understood} Then {later.rows:,} rows of {later.source}.",
    )


def _wider(first: dict[str, str], later: dict[str, str], addition: Path) -> dict[str, str]:
    """Columns of which a value in ``later`` would be rounded or cut, with their type there."""
    doubtful = [
        name
        for name, dtype in first.items()
        if (dtype in WHOLE and later.get(name, "").startswith(BROKEN))
        or (dtype == "DATE" and later.get(name, "").startswith("TIMESTAMP"))
    ]
    if not doubtful:
        return {}
    names = [warehouse.identifier(name) for name in doubtful]
    each = zip(names, doubtful, strict=True)
    lost = ", ".join(
        f"coalesce(bool_or(try_cast({n} AS {first[column]}) <> {n}), false)" for n, column in each
    )
    (row,) = warehouse.query(f"SELECT {lost} FROM later", later=addition).to_pylist()
    known = zip(doubtful, row.values(), strict=True)
    return {name: _plain(later[name]) for name, is_lost in known if is_lost}


def _plain(dtype: str) -> str:
    return "DOUBLE" if dtype.startswith(BROKEN) else dtype
