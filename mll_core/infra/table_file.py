"""A data version as a file for people: Parquet as it is, or CSV batch by batch."""

import shutil
import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.domain.errors import InvalidParameter
from mll_core.infra import files
from mll_core.infra.csv_export import CsvWriter


def write(parquet: Path, out: Path, *, raw_text: bool = False) -> int:
    """Write ``parquet`` to a .csv or .parquet file; how many rows.

    ``raw_text``: text stays as it is where a spreadsheet would run it. Raises InvalidParameter,
    NoRoom.
    """
    if out.suffix.lower() not in (".csv", ".parquet"):
        what = f"{out.name}: tables are written as .csv or .parquet."
        raise InvalidParameter(what, hint="Give the file one of these endings.")
    temporary = out.with_name(f".{out.name}.{uuid.uuid4().hex}")
    try:
        with files.disk_errors(out.parent):
            rows = _written(parquet, temporary, out.suffix.lower(), raw_text)
            files.settle(temporary, out)
    finally:
        temporary.unlink(missing_ok=True)
    return rows


def _written(parquet: Path, temporary: Path, ending: str, raw_text: bool) -> int:
    with pq.ParquetFile(parquet) as source:
        rows = int(source.metadata.num_rows)
        if ending == ".parquet":
            shutil.copyfile(parquet, temporary)
            return rows
        with CsvWriter(temporary, source.schema_arrow, raw=raw_text) as target:
            for batch in source.iter_batches():
                target.write(pa.Table.from_batches([batch]))
    return rows
