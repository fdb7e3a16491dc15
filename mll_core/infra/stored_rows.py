"""Rows of a Parquet file that are never held whole: a column, a few rows, or a part at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mll_core.domain.task import Floats, Predictions
from mll_core.infra import picked_rows, raw_rows
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.raw_rows import Kind
from mll_core.infra.target_values import Classes, numbers

PART = 100_000
"""So many rows are scored at a time."""


@dataclass(frozen=True, eq=False)
class StoredRows:
    """The rows of a file at ``places``, which rise; what is asked for is read, and no more."""

    file: Path
    places: NDArray[np.int64]

    @classmethod
    def all(cls, file: Path) -> "StoredRows":
        """Every row of a file."""
        return cls(file, np.arange(pq.read_metadata(file).num_rows))

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The columns in their order, and what each holds."""
        return raw_rows.kinds(self.file)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.kinds)

    def __len__(self) -> int:
        """How many rows."""
        return len(self.places)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a column."""
        return name in self.kinds

    def __getitem__(self, name: str) -> pd.Series:
        """One column of all rows."""
        whole = pd.read_parquet(self.file, columns=[name])[name]
        return whole.iloc[self.places].reset_index(drop=True)

    def take(self, at: NDArray[np.int64]) -> pd.DataFrame:
        """All columns of a few rows, by where they stand among these."""
        found: pd.DataFrame = picked_rows.table(self.file, self.places[at]).to_pandas()
        return found

    def sample(self, most: int, seed: int) -> pd.DataFrame:
        """At most so many rows, as pandas draws them from a frame that holds all."""
        each = pd.Series(np.arange(len(self)))
        return self.take(each.sample(min(most, len(self)), random_state=seed).to_numpy())

    def parts(self, columns: tuple[str, ...] | None = None) -> Iterator[pd.DataFrame]:
        """All rows in their order, ``PART`` of the file at a time; no columns: all of them."""
        wanted, before = None if columns is None else list(columns), 0
        with pq.ParquetFile(self.file) as file:
            for batch in file.iter_batches(PART, columns=wanted):
                first, last = np.searchsorted(self.places, (before, before + len(batch)))
                if last > first:
                    yield batch.to_pandas().iloc[self.places[first:last] - before]
                before += len(batch)


def known(fitted: FittedModel, target: pd.Series) -> NDArray[np.bool_]:
    """Which answers are those that the model knows."""
    if fitted.task.classifies:
        return Classes(fitted.classes, fitted.class_values).codes(target) >= 0
    return ~np.isnan(numbers(target))


def answered(fitted: FittedModel, file: Path) -> StoredRows:
    """The rows of a file whose answer the model knows."""
    target = pd.read_parquet(file, columns=[fitted.target])[fitted.target]
    return StoredRows(file, np.flatnonzero(known(fitted, target)))


def inputs(fitted: FittedModel, rows: StoredRows) -> Iterator[pd.DataFrame]:
    """The rows a part at a time, with the columns that the model looks at and its target."""
    wanted = {*fitted.inputs, fitted.target}
    return rows.parts(tuple(name for name in rows.columns if name in wanted))


def predictions(fitted: FittedModel, rows: StoredRows) -> Predictions:
    """Scores beside the truth of all rows, made a part at a time; rows without it are left out."""
    return joined([fitted.predictions(part) for part in inputs(fitted, rows)])


def scores(fitted: FittedModel, rows: StoredRows) -> Floats:
    """What the model says of all rows, known answer or not: probabilities (n, k) or values (n,)."""
    return np.concatenate([fitted.score(part) for part in inputs(fitted, rows)])


def joined(parts: list[Predictions]) -> Predictions:
    """One after the other, at least one."""
    if len(parts) == 1:
        return parts[0]
    return Predictions(
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.label for part in parts]),
        parts[0].classes,
    )
