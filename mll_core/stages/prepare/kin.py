"""Columns that lean on each other or on the answers of a group, told on evenly spaced rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from mll_core.domain.data import ColumnProfile
from mll_core.domain.fixes import percent
from mll_core.domain.task import Codes, Floats
from mll_core.stages.prepare.cases import Asked
from mll_core.stages.prepare.copies import few, levels_of, ordered, rank

MOST = 20_000
"""So many rows are compared."""
ALIKE, FOLLOWS = 0.98, 0.95
"""From this share of what can be told, or this correlation, two columns say nearly the same; a
number follows the answers."""
GROUPS, SAME = 10, 1e-9
"""Fewer groups follow anything by chance; a value that varies by less is one per group."""
MOST_CLASSES, MOST_GROUPINGS = 5, 12


@dataclass(frozen=True, eq=False)
class Kin:
    """The rows that are compared, each column as it is."""

    asked: Asked
    rows: pd.DataFrame

    @classmethod
    def of(cls, asked: Asked) -> "Kin":
        """All columns that vary."""
        names = [c.name for c in asked.profile.columns if c.semantic not in ("empty", "constant")]
        return cls(asked, few(asked.path, sorted({*names, asked.target}), MOST))

    def copies(self, name: str) -> dict[str, str]:
        """Columns that say nearly the same as ``name``, each with the sentence that says so."""
        found = {}
        for other in self.rows:
            if other in (name, self.asked.target):
                continue
            if said := _alike(self.rows[name], self.rows[other]):
                found[str(other)] = f"{str(other)!r} says nearly the same as {name!r}: {said}."
        return found

    def made_of_answers(self) -> dict[str, str]:
        """Number columns that are the mean answer of a group, each with the sentence."""
        found: dict[str, str] = {}
        for column in self.asked.profile.columns:
            if column.name not in self.rows or column.name == self.asked.target:
                continue
            values = ordered(self.rows[column.name])
            if values is None or column.distinct < GROUPS:
                continue
            for by in self._groupings(column):
                if said := self._mean_of(values, by):
                    found[column.name] = said
                    break
        return found

    def _groupings(self, column: ColumnProfile) -> Iterator[str]:
        """Columns whose groups are large and many enough."""
        named = (
            other.name
            for other in self.asked.profile.columns
            if other.name in self.rows and other.name not in (column.name, self.asked.target)
            if GROUPS <= other.distinct <= self.asked.profile.rows // 3
        )
        return islice(named, MOST_GROUPINGS)

    def _mean_of(self, values: Floats, by: str) -> str:
        groups = np.asarray(pd.factorize(self.rows[by])[0], np.int64)
        for answers, of in self._answers():
            use = (groups >= 0) & np.isfinite(values) & np.isfinite(answers)
            if use.sum() < GROUPS:
                continue
            told = _Grouped(groups[use], values[use], answers[use])
            if told.follows >= FOLLOWS:
                return (
                    f"It is the same in all rows that agree in {by!r} and follows the mean of {of} "
                    f"there (correlation {told.follows:.3f}): are these rows' own answers in it?"
                )
            if told.without_its_own >= FOLLOWS:
                return (
                    f"Within {by!r} it changes only with {of} of the row, as a mean of the others' "
                    "answers would: it cannot be known without them."
                )
        return ""

    def _answers(self) -> Iterator[tuple[Floats, str]]:
        target, name = self.rows[self.asked.target], repr(self.asked.target)
        if not self.asked.task.classifies:
            yield target.to_numpy(np.float64), name
            return
        classes = target.value_counts().index[:MOST_CLASSES]
        for one in classes[1:]:
            yield (target == one).to_numpy(np.float64), f"{name} being {one!r}"


class _Grouped:
    """How a number follows the answers of the groups its rows are in."""

    def __init__(self, groups: Codes, values: Floats, answers: Floats) -> None:
        codes = np.unique(groups, return_inverse=True)[1]
        self._counts = np.bincount(codes).astype(np.float64)
        self._values, self._answers, self._codes = values, answers, codes
        self._level, self._mean = self._per_group(values), self._per_group(answers)

    def _per_group(self, numbers: Floats) -> Floats:
        sums: Floats = np.bincount(self._codes, numbers) / self._counts
        return sums

    @property
    def follows(self) -> float:
        """The correlation of a value that is one per group with the mean answer; else 0."""
        apart = np.abs(self._values - self._level[self._codes])
        if len(self._counts) < GROUPS or apart.max() > SAME * (1 + np.abs(self._values).max()):
            return 0.0
        return _correlation(self._level, self._mean, self._counts)

    @property
    def without_its_own(self) -> float:
        """How nearly the value, within groups of several answers, is a line of the answer that
        falls: each group's own mean without the row."""
        several = self._counts[self._codes] > 2  # noqa: PLR2004 - of two, the other one's answer
        value = (self._values - self._level[self._codes]) * (self._counts[self._codes] - 1)
        answer = self._answers - self._mean[self._codes]
        if several.sum() < GROUPS or not np.any(answer[several]):
            return 0.0
        return -_correlation(value[several], answer[several], np.ones(int(several.sum())))


def _correlation(one: Floats, other: Floats, weights: Floats) -> float:
    a, b = (x - np.average(x, weights=weights) for x in (one, other))
    spread = np.sqrt(np.average(a * a, weights=weights) * np.average(b * b, weights=weights))
    return float(np.average(a * b, weights=weights) / spread) if spread > 0 else 0.0


def _alike(one: pd.Series, other: pd.Series) -> str:
    """How nearly two columns say the same, in words; empty when they do not."""
    mine, theirs = ordered(one), ordered(other)
    if mine is not None and theirs is not None and min(one.nunique(), other.nunique()) > 2:  # noqa: PLR2004
        known = np.isfinite(mine) & np.isfinite(theirs)
        same_gaps = float((np.isfinite(mine) == np.isfinite(theirs)).mean())
        found = rank(mine[known], theirs[known]) if known.sum() >= GROUPS else None
        near = found is not None and min(abs(found), same_gaps) >= ALIKE
        return f"rank correlation {found:+.3f}" if near else ""
    a, b = levels_of(one, mine), levels_of(other, theirs)
    if max(a.max(), b.max()) * GROUPS > len(a):
        return ""
    told = min(_told(a, b), _told(b, a))
    return f"either tells {percent(told, 1)} of the other" if told >= ALIKE else ""


def _told(by: Codes, what: Codes) -> float:
    """Of what the most frequent value leaves open, the share that ``by`` tells."""
    counts = np.zeros((int(by.max()) + 1, int(what.max()) + 1))
    np.add.at(counts, (by, what), 1)
    base, right = counts.sum(axis=0).max(), counts.max(axis=1).sum()
    return float((right - base) / (len(by) - base)) if base < len(by) else 0.0
