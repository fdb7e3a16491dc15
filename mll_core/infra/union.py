"""Two data versions, one under the other."""

import duckdb

from mll_core.domain.data import Column, DataVersion
from mll_core.domain.errors import UnfitRows
from mll_core.infra import warehouse
from mll_core.infra.objects import ObjectStore


def union(first: DataVersion, later: DataVersion, objects: ObjectStore) -> DataVersion:
    """The rows of ``first``, then those of ``later``, matched by column name, typed as ``first``.

    A column that ``later`` lacks is NULL there; one that only ``later`` has is left out.
    Raises UnfitRows when a value does not fit the type it has in ``first``.
    """
    present = {column.name for column in later.columns}
    columns = ", ".join(
        f"{warehouse.identifier(c.name)}::{c.type} AS {warehouse.identifier(c.name)}"
        if c.name in present
        else f"NULL::{c.type} AS {warehouse.identifier(c.name)}"
        for c in first.columns
    )
    parquet = objects.new()
    path, addition = objects.path(first.sha256), objects.path(later.sha256)
    sql = f"SELECT * FROM rows UNION ALL SELECT {columns} FROM later"
    try:
        rows = warehouse.write(sql, path, parquet, later=addition)
    except duckdb.ConversionException as error:
        hint = "Make the later file look like the first, or give its types in data.options.types."
        raise UnfitRows(f"{later.source} does not fit: {error}", hint=hint) from error
    size = parquet.stat().st_size
    types = warehouse.columns(parquet)
    return DataVersion(
        sha256=objects.keep(parquet),
        rows=rows,
        columns=tuple(Column(name=name, type=dtype) for name, dtype in types.items()),
        source=first.source,
        bytes=size,
        understood=f"{first.understood} Then {later.rows:,} rows of {later.source}.",
    )
