"""A column in a few parts that a person can name, as codes."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mll_core.domain.task import Codes, Floats

if TYPE_CHECKING:
    import pandas as pd

PARTS = 4
LEVELS = 7
FEW = 6


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of a column: their names, which rows are in which, (n,) codes."""

    column: str
    names: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, values: "pd.Series", parts: int = PARTS) -> "Parts":
        """Numbers and times in up to ``parts`` of equal size, others by value, rare ones together;
        missing values are a part of their own."""
        kind = values.dtype.kind
        many = kind in "iufM" and values.nunique() > FEW
        names, codes = _cut(values, parts) if many else _levels(values)
        return cls(str(values.name), names, codes)


def _cut(values: "pd.Series", parts: int) -> tuple[tuple[str, ...], Codes]:
    missing = values.isna().to_numpy()
    numbers = _numbers(values)
    known = numbers[~missing]
    cuts = np.quantile(known, np.linspace(0, 1, parts + 1)[1:-1], method="nearest")
    cuts = np.unique(cuts[cuts > known.min()])
    told = [_told(values, cut) for cut in cuts]
    names = [f"under {told[0]}"] if told else ["all"]
    names += [f"{low} to under {high}" for low, high in pairwise(told)]
    names += [f"{told[-1]} and over"] if told else []
    codes = np.searchsorted(cuts, np.where(missing, -np.inf, numbers), side="right")
    return (*names, "missing"), np.where(missing, len(names), codes).astype(np.int64)


def _numbers(values: "pd.Series") -> Floats:
    if values.dtype.kind == "M":
        return values.to_numpy("datetime64[us]").astype(np.int64).astype(np.float64)
    return values.to_numpy(np.float64, na_value=np.nan)


def _told(values: "pd.Series", cut: float) -> str:
    if values.dtype.kind == "M":
        return str(np.datetime64(int(cut), "us").astype("datetime64[D]"))
    return f"{cut:.4g}"


def _levels(values: "pd.Series") -> tuple[tuple[str, ...], Codes]:
    missing = values.isna().to_numpy()
    counts = values[~missing].value_counts()
    kept = list(counts.index[:LEVELS])
    place = {value: code for code, value in enumerate(kept)}
    names = [f"{v:g}" if isinstance(v, float) else str(v) for v in kept]
    rest = len(counts) - len(kept)
    names += [f"{rest} other values"] if rest else []
    other = len(kept)
    codes = [place.get(value, other) for value in values.tolist()]
    gone = len(names)
    return (*names, "missing"), np.where(missing, gone, np.array(codes, np.int64))
