"""What the last fit of a table too large to hold learns from: prepared by way of the disk."""

from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mll_core.domain.connector import Progress, quiet
from mll_core.infra import files, raw_rows, spare_memory
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.stages.train import rows as development
from mll_core.stages.train.order import Order
from mll_core.stages.train.rows import Learned, Rows
from mll_core.stages.train.whole import BATCH, Whole

FAST = "lz4"
"""What is written to be read once is hardly made smaller."""


def learn_last(
    rows: Rows, order: Order, home: Path, count: int, progress: Progress = quiet
) -> Learned:
    """Learn recipe and encoder on ``count`` of all development rows, or on all when there are no
    more. ``home``: the workspace, in whose ``tmp`` rows lie meanwhile. Raises Stopped, NoRoom.
    """
    if rows.whole is None:
        return development.learn(rows, order)
    return learn(rows.whole, order, rows.whole.drawn(count), home, progress)


def learn(
    whole: Whole, order: Order, wanted: NDArray[np.bool_], home: Path, progress: Progress = quiet
) -> Learned:
    """The same on the ``wanted`` (n,) rows; only their matrix is ever held as a whole."""
    count = int(wanted.sum())
    with files.temporary_folder(home) as folder:
        transformer = _transformer(whole, order, wanted, folder)
        prepared, done = folder / "prepared.parquet", 0
        with _Writing(prepared) as out:
            for batch in whole.batches(wanted):
                out.add(transformer.transform_arrow(batch))
                done += len(batch)
                progress(0.96, f"Preparing all rows: {done:,} of {count:,}")
        encoder = FeatureEncoder.fit(prepared, order.excluded)
        spare_memory.give_back()
        matrix = _matrix(encoder, prepared, count)
    spare_memory.give_back()
    return Learned(transformer, encoder, matrix, whole.truth[wanted])


def _transformer(
    whole: Whole, order: Order, wanted: NDArray[np.bool_], folder: Path
) -> RecipeTransformer:
    transformer, batches = RecipeTransformer(order.recipe, order.excluded), whole.batches(wanted)
    if not order.recipe.replayed.steps:  # of what kind the columns are is all there is to learn
        return transformer.fit(next(batches))
    raw = folder / "raw.parquet"
    with _Writing(raw) as out:
        for batch in batches:
            out.add(raw_rows.conform(batch, raw_rows.kinds(batch)))
    fitted = transformer.fit(raw)
    raw.unlink()
    return fitted


def _matrix(encoder: FeatureEncoder, prepared: Path, count: int) -> Matrix:
    matrix, start = np.empty((count, len(encoder.features)), np.float32), 0
    with pq.ParquetFile(prepared) as file:
        for batch in file.iter_batches(BATCH):
            matrix[start : start + len(batch)] = encoder.transform(batch.to_pandas())
            start += len(batch)
    return matrix


class _Writing:
    """Tables of one schema into a Parquet file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._out: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Raises NoRoom."""
        if self._out is not None:
            with files.disk_errors(self._path.parent):
                self._out.close()

    def add(self, table: pa.Table) -> None:
        """Raises NoRoom."""
        with files.disk_errors(self._path.parent):
            if self._out is None:
                self._out = pq.ParquetWriter(self._path, table.schema, compression=FAST)
            self._out.write_table(table)
