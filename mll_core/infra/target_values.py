"""The target column as classes or numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.errors import UnfitTarget, nearest
from mll_core.domain.task import Codes, Floats, Form, Task

TWO = 2


@dataclass(frozen=True)
class Classes:
    """The classes of a target in the order of their codes; binary: the positive one is last.

    ``names`` are what a person reads, ``values`` the column's own values as JSON has them.
    """

    names: tuple[str, ...]
    values: tuple[Any, ...]

    @classmethod
    def of(cls, target: pd.Series, task: Task, positive: str | None = None) -> "Classes":
        """The classes that occur in ``target``. Binary: ``positive`` is last, else the rarer one.

        Raises UnfitTarget when there are too few, too many, or no ``positive``.
        """
        raw = sorted(target.dropna().unique().tolist(), key=_order)
        names = tuple(name_of(value) for value in raw)
        _refuse(target.name, names, task)
        if positive is not None and positive not in names:
            what = f"brief.positive: {target.name!r} has no class {positive!r}."
            raise UnfitTarget(what, hint=nearest(positive, names))
        values = tuple(_plain(value) for value in raw)
        if task.form is Form.TWO and _first_is_positive(target, raw, names, positive):
            names, values = names[::-1], values[::-1]
        return cls(names, values)

    def codes(self, target: pd.Series) -> Codes:
        """The code of each value (n,); -1 for a missing value or one that is no class."""
        place = {name: code for code, name in enumerate(self.names)}
        if target.dtype != object:  # one type: equal values have one name
            inverse, values = pd.factorize(target)
            codes = np.array([*(place.get(name_of(v), -1) for v in values.tolist()), -1], np.int64)
            return codes[inverse]
        distinct, inverse = np.unique(
            [name_of(value) if known else "" for value, known in _known(target)],
            return_inverse=True,
        )
        codes = np.array([place.get(str(name), -1) for name in distinct], np.int64)
        return np.where(target.isna(), -1, codes[inverse])


def numbers(target: pd.Series) -> Floats:
    """The target as float64 (n,); a missing value as NaN. Raises UnfitTarget for text."""
    values = pd.to_numeric(target, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    values = np.where(np.isfinite(values), values, np.nan)
    bad = np.isnan(values) & target.notna().to_numpy()
    if bad.any():
        what = f"{target.name!r} holds {target[bad].iloc[0]!r}, which is not a number."
        raise UnfitTarget(what, hint="Predict a class instead, or clean the column in stage 3.")
    return np.asarray(values)


def name_of(value: Any) -> str:
    """A class as a person reads it: 1.0 as "1", True as "true"."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)


def _known(target: pd.Series) -> Sequence[tuple[Any, bool]]:
    return list(zip(target.tolist(), target.notna().tolist(), strict=True))


def _order(value: Any) -> tuple[bool, float, str]:
    number = isinstance(value, int | float | Decimal)
    return (not number, float(value) if number else 0.0, str(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, bool | int | float | str) else str(value)


def _first_is_positive(
    target: pd.Series, raw: list[Any], names: tuple[str, ...], positive: str | None
) -> bool:
    if positive is not None:
        return names[0] == positive
    first = int((target == raw[0]).sum())
    return first < int(target.notna().sum()) - first


def _refuse(column: Any, names: tuple[str, ...], task: Task) -> None:
    if len(names) < TWO:
        what = f"{column!r} has one value only in the rows to learn from."
        raise UnfitTarget(what, hint="Choose a target that differs from row to row.")
    if task.form is Form.TWO and len(names) > TWO:
        what = f"{column!r} has {len(names)} classes, a yes-or-no answer has two."
        raise UnfitTarget(what, hint="Set brief.task to multiclass, or merge classes in stage 3.")
