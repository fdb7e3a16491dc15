"""The answers a model learns from: the target column as codes or values, or why it cannot be."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.errors import TooFewRows, UnfitTarget
from mll_core.domain.task import Form, Task
from mll_core.infra import raw_rows

FEWEST = 30
"""Rows with a target below which no answer is honest."""
_YES_AND_NO = 2


@dataclass(frozen=True, eq=False)
class Answers:
    """The rows of a table that have a target, in order, and what it is.

    ``rows``: their positions. ``y``: codes into ``names`` (the classes in sorted order, as text),
    or float values and no names.
    """

    rows: NDArray[np.int64]
    y: NDArray[np.int64] | NDArray[np.float64]
    names: tuple[str, ...] = ()

    @classmethod
    def read(cls, values: pd.Series, task: Task) -> "Answers":
        """Read the column ``values``; its name is the target's. Raises UnfitTarget, TooFewRows."""
        target, rows = str(values.name), np.flatnonzero(values.notna())
        known = values.iloc[rows]
        if not len(rows):
            message = f"The target {target!r} is empty in all {len(values):,} rows."
            raise UnfitTarget(message, hint="Choose another target, or collect its values.")
        if known.nunique() == 1:
            message = f"The target {target!r} has the same value in all {len(rows):,} rows."
            raise UnfitTarget(message, hint="Choose a target that differs between rows.")
        if len(rows) < FEWEST:
            message = f"Only {len(rows)} rows have a value in the target {target!r}"
            raise TooFewRows(f"{message}, at least {FEWEST} are needed.", hint="Collect more rows.")
        if not task.classifies:
            return cls(rows, _numbers(known))
        return cls(rows, *_codes(known, task))

    @classmethod
    def before(cls, values: pd.Series, task: Task) -> "Answers":
        """The same of rows some of which steps may drop yet: refused only when it is too few or no
        kind of answer. Raises UnfitTarget, TooFewRows."""
        rows = np.flatnonzero(values.notna())
        numbers = not task.classifies and pd.api.types.is_numeric_dtype(values.dtype)
        if len(rows) < FEWEST or not (numbers or task.classifies):
            return cls.read(values, task)
        if numbers:
            return cls(rows, np.nan_to_num(values.iloc[rows].to_numpy(dtype=np.float64)))
        codes, _ = pd.factorize(values.iloc[rows], sort=True)
        return cls(rows, codes.astype(np.int64))

    @classmethod
    def none(cls, rows: int) -> "Answers":
        """All rows of a table in which no column holds the answer."""
        return cls(np.arange(rows), np.zeros(rows, dtype=np.int64))

    @classmethod
    def some(cls, values: pd.Series) -> "Answers":
        """All rows of a table in which some have an answer: one that is not known is a code."""
        codes, _ = pd.factorize(values, sort=True, use_na_sentinel=False)
        return cls(np.arange(len(values)), codes.astype(np.int64))

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Answers":
        """The same for some of the rows."""
        return Answers(self.rows[chosen], self.y[chosen], self.names)

    def rarest(self) -> tuple[str, int]:
        """The class with the fewest rows, and how many."""
        counts = np.bincount(self.y.astype(np.int64), minlength=len(self.names))
        return self.names[int(np.argmin(counts))], int(counts.min())


def _codes(known: pd.Series, task: Task) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    codes, found = pd.factorize(known, sort=True)
    names = tuple(raw_rows.as_text(value) or "" for value in found)
    if len(names) == len(known):
        message = f"The target {known.name!r} is different in every row, as an id is."
        raise UnfitTarget(message, hint="Choose a target whose values repeat.")
    if task.form is Form.TWO and len(names) != _YES_AND_NO:
        message = f"The target {known.name!r} has {len(names)} values, a yes or no has two."
        raise UnfitTarget(message, hint="Set brief.task to multiclass, or to auto.")
    return codes.astype(np.int64), names


def _numbers(known: pd.Series) -> NDArray[np.float64]:
    if not pd.api.types.is_numeric_dtype(known.dtype):
        message = f"The target {known.name!r} does not hold numbers."
        raise UnfitTarget(message, hint="Set brief.task to auto, or choose a numeric target.")
    numbers = known.to_numpy(dtype=np.float64)
    if infinite := int(np.isinf(numbers).sum()):
        message = f"The target {known.name!r} is infinite in {infinite:,} rows."
        raise UnfitTarget(message, hint="Leave these rows out with the step Filter rows.")
    return numbers
