"""A few rows of a large Parquet file, by their places."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from mll_core.infra import warehouse

_PLACE = "file_row_number"


def rows(file: Path, places: NDArray[np.int64]) -> pd.DataFrame:
    """The rows at ``places``, in that order; no more of the file is held than these."""
    return warehouse.to_pandas(table(file, places))


def table(file: Path, places: NDArray[np.int64]) -> pa.Table:
    """The same with the types of the file."""
    picked = pa.table({"place": places, "turn": np.arange(len(places))})
    source = f"{warehouse.source(file)[:-1]}, {_PLACE} = true)"
    sql = (
        f"SELECT r.* EXCLUDE ({_PLACE}) FROM {source} r JOIN picked p "
        f"ON r.{_PLACE} = p.place ORDER BY p.turn"
    )
    return warehouse.arrow(sql, file, picked=picked)
