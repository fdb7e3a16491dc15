"""Whether rows like a made-up one were learned from: its distance to the nearest of them.

Source: Gower (1971), A general coefficient of similarity and some of its properties.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from mll_core.domain.task import Floats
from mll_core.domain.whatif import Support
from mll_core.infra import response

NEAREST, JUDGED = 5, 400
USUAL = 0.99
"""Farther from its nearest rows than this share of the rows are from theirs: not similar."""


class Nearness:
    """Distances to rows that were learned from, in typical spreads (10th to 90th percentile).

    A level that differs counts as one, and so does a gap beside a value.
    """

    def __init__(self, rows: pd.DataFrame, columns: Sequence[str]) -> None:
        self._columns = list(columns)
        self._rows = len(rows)
        self.spreads: dict[str, float] = {}
        """Typical spread of each column that is ordered, in its own unit (moments: days)."""
        self._levels: dict[str, dict[str, float]] = {}
        self._ends: dict[str, tuple[float, float]] = {}
        for name in self._columns:
            self._learn(name, rows[name])
        self._matrix = self._coded(rows)

    def _learn(self, name: str, values: pd.Series) -> None:
        if not response.is_ordered(values) or pd.api.types.is_bool_dtype(values):
            levels = sorted({str(value) for value in values.dropna()})
            self._levels[name] = {level: float(code) for code, level in enumerate(levels)}
            return
        known = response.as_floats(values.dropna())
        if not len(known):
            self.spreads[name], self._ends[name] = 1.0, (-np.inf, np.inf)
            return
        low, high = np.quantile(known, [0.1, 0.9])
        self.spreads[name] = float(high - low) or float(known.std()) or 1.0
        self._ends[name] = (float(known.min()), float(known.max()))

    def _coded(self, rows: pd.DataFrame) -> Floats:
        parts: list[Floats | list[float]] = []
        for name in self._columns:
            if name in self._levels:
                known = self._levels[name]
                texts = [None if pd.isna(v) else str(v) for v in rows[name].tolist()]
                parts.append([np.nan if t is None else known.get(t, -1.0) for t in texts])
            else:
                parts.append(response.as_floats(rows[name]) / self.spreads[name])
        return np.array(parts, np.float64).T.reshape(len(rows), len(self._columns))

    def distances(self, rows: pd.DataFrame) -> Floats:
        """To each learned row, the mean over columns: (n, learned)."""
        return np.stack([self._away(row) for row in self._coded(rows)])

    def _away(self, row: Floats) -> Floats:
        gap, gaps = np.isnan(row), np.isnan(self._matrix)
        apart = np.abs(self._matrix - row)
        levels = np.array([name in self._levels for name in self._columns])
        apart = np.where(levels, apart > 0, apart)
        return np.asarray(np.where(gaps | gap, (gaps != gap) * 1.0, apart).mean(axis=1))

    @cached_property
    def limit(self) -> float:
        """What 99 of 100 rows keep to their own nearest rows, themselves left out."""
        places = np.random.default_rng(0).permutation(self._rows)[:JUDGED]
        own = []
        for place in places:
            away = self._away(self._matrix[place])
            away[place] = np.inf
            own.append(self._mean(away))
        return float(np.quantile(own, USUAL)) if own else 0.0

    def near(self, rows: pd.DataFrame) -> list[bool]:
        """Whether there are similar rows and each value lies within what was seen."""
        away = [self._mean(one) <= self.limit for one in self.distances(rows)]
        return [
            ok and not self._outside(row)
            for ok, (_, row) in zip(away, rows.iterrows(), strict=True)
        ]

    def support(self, row: pd.DataFrame) -> Support:
        """The same of one row, in words."""
        near, outside = self.near(row)[0], self._outside(row.iloc[0])
        n = f"{self._rows:,} rows"
        if near:
            return Support(near=True, rows=self._rows, sentence=f"Similar cases exist among {n}.")
        why = (
            f" {', '.join(outside)}: never seen."
            if outside
            else " Each value was, but not together."
        )
        said = f"No similar case among {n}: take the answer as a guess.{why}"
        return Support(near=False, rows=self._rows, sentence=said)

    def _outside(self, row: "pd.Series") -> list[str]:
        found = []
        for name in self._columns:
            value = row[name]
            if value is None or pd.isna(value):
                continue
            if name in self._levels:
                strange = str(value) not in self._levels[name]
            else:
                low, high = self._ends[name]
                (at,) = response.as_floats(pd.Series([value]))
                strange = not low <= at <= high
            if strange:
                found.append(f"{name} = {response.plain(value)}")
        return found

    @staticmethod
    def _mean(away: Floats) -> float:
        return float(np.sort(away)[:NEAREST].mean())
