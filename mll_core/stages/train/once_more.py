"""What a recorded run came to when it was run once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from mll_core.domain.training import Interval
from mll_core.infra.fitted_model import FittedModel


@dataclass(frozen=True, eq=False)
class OnceMore:
    """Its metrics, the primary one's value, and its predictions as they would be kept.

    ``kept``: a Parquet file that is nobody's yet. ``model``: fitted on all rows again; None
    unless the run is the recommended one, with the raw ``rows`` that it is tried on.
    """

    metrics: Mapping[str, Interval]
    value: float
    kept: Path
    rows: pa.Table
    model: FittedModel | None = None
