"""The first rows of a table, never more than a browser can hold."""

from pathlib import Path

import pandas as pd

from mll_core.infra import warehouse

MOST = 1000


def first(path: Path, limit: int = MOST) -> pd.DataFrame:
    """At most ``limit`` rows of a Parquet file, in its order."""
    query = warehouse.table(path).limit(min(limit, MOST))
    return warehouse.frame(warehouse.to_sql(query), path)
