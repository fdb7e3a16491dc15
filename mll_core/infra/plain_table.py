"""A table as recipes meet it: the four kinds of column, whatever file it came by."""

from mll_core.domain.data import Column, DataVersion
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.objects import ObjectStore


def keep(version: DataVersion, scratch: ObjectStore, objects: ObjectStore) -> DataVersion:
    """Keep the rows of a version in ``scratch``, in their order; NaN is NULL. Raises NoRoom."""
    path, parquet = scratch.path(version.sha256), objects.new()
    rows = warehouse.write(warehouse.to_sql(raw_rows.normal(warehouse.table(path))), path, parquet)
    columns = tuple(Column(name=n, type=t) for n, t in warehouse.columns(parquet).items())
    size = parquet.stat().st_size
    told = {"sha256": objects.keep(parquet), "rows": rows, "columns": columns, "bytes": size}
    return version.model_copy(update=told)
