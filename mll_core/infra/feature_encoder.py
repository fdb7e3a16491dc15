"""Prepared rows as the float32 matrix that models learn from."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.domain.errors import UnfitRows
from mll_core.domain.model import Feature
from mll_core.domain.value import Value
from mll_core.infra.column_encodings import (
    CategoryEncoding,
    ColumnEncoding,
    DateEncoding,
    Matrix,
    NumberEncoding,
    TextEncoding,
    finite,
    reads_as_text,
)


class FeatureEncoder(Value):
    """Learned on the rows ``fit`` is given, and on no others; plain data, JSON both ways.

    Numbers and booleans stay numbers, categories become codes, dates their parts, prose its words.
    A column in which nothing varies is left out.
    """

    columns: tuple[ColumnEncoding, ...]

    @classmethod
    def fit(cls, rows: pd.DataFrame | pa.Table | Path, excluded: Iterable[str] = ()) -> Self:
        """Learn from prepared rows (n, columns), of a table or file one column after the other.

        Raises UnfitRows when no column is left.
        """
        names = [name for name in _names(rows) if name not in frozenset(excluded)]
        learned = (_learn(name, _column(rows, name)) for name in names)
        found = tuple(column for column in learned if column is not None)
        if not found:
            what = "No column is left to learn from: all are excluded, empty or constant."
            raise UnfitRows(what, hint="Take a column back in stage 3, or collect more columns.")
        return cls(columns=found)

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """The columns of the matrix, in order."""
        return tuple(feature for column in self.columns for feature in column.features)

    @cached_property
    def categories(self) -> list[int]:
        """Places of the columns that hold codes."""
        return [i for i, feature in enumerate(self.features) if feature.kind == "category"]

    def transform(self, frame: pd.DataFrame) -> Matrix:
        """Prepared rows (n, at least the learned columns) as (n, features). Raises UnfitRows."""
        missing = [column.column for column in self.columns if column.column not in frame]
        if missing:
            hint = "Send the columns the model was trained on."
            raise UnfitRows(f"The rows lack the column {missing[0]!r}.", hint=hint)
        matrix = np.empty((len(frame), len(self.features)), np.float32)
        plain = [(at, name) for at, name in self._numbers if frame[name].dtype == np.float64]
        if plain:
            places, names = zip(*plain, strict=True)
            matrix[:, places] = finite(np.column_stack([frame[name] for name in names]))
        done = {at for at, _ in plain}
        for at, column in self._places:
            if at not in done:
                matrix[:, at : at + len(column.features)] = column.encode(frame[column.column])
        return matrix

    @cached_property
    def _places(self) -> list[tuple[int, ColumnEncoding]]:
        widths = [len(column.features) for column in self.columns]
        starts = np.cumsum([0, *widths[:-1]]).tolist()
        return list(zip(starts, self.columns, strict=True))

    @cached_property
    def _numbers(self) -> list[tuple[int, str]]:
        return [(at, column.column) for at, column in self._places if column.kind == "number"]

    def state(self) -> dict[str, Any]:
        """All that was learned, as plain JSON data."""
        return self.to_json()

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """The encoder with this state."""
        return cls.model_validate(state)


def _names(rows: pd.DataFrame | pa.Table | Path) -> list[str]:
    if isinstance(rows, Path):
        return list(pq.read_schema(rows).names)
    return rows.column_names if isinstance(rows, pa.Table) else list(map(str, rows.columns))


def _column(rows: pd.DataFrame | pa.Table | Path, name: str) -> pd.Series:
    if isinstance(rows, Path):
        rows = pq.read_table(rows, columns=[name], memory_map=True)
    frame = rows.select([name]).to_pandas() if isinstance(rows, pa.Table) else rows
    return frame[name]


def _learn(name: str, values: pd.Series) -> ColumnEncoding | None:
    if values.dtype.kind in "biufm":
        return NumberEncoding.learn(name, values)
    if values.dtype.kind == "M" or isinstance(values.dtype, pd.DatetimeTZDtype):
        return DateEncoding.learn(name, values)
    known = values.dropna()
    if values.dtype == object and len(known) and _is_decimal(known.iloc[0]):
        return NumberEncoding.learn(name, values)
    return (TextEncoding if reads_as_text(values) else CategoryEncoding).learn(name, values)


def _is_decimal(value: object) -> bool:
    return hasattr(value, "as_integer_ratio")
