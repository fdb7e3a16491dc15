"""The smallest changes of a row that give another answer, among values that were seen.

Source: Wachter, Mittelstadt & Russell (2018), Counterfactual explanations without opening the
black box; Karimi et al. (2021), Algorithmic recourse (what causes what is respected).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.movable import Movable
from mll_core.domain.task import Floats
from mll_core.infra import response
from mll_core.infra.nearness import Nearness

TRIED, BETWEEN, BEAM, DEPTH, REFINED, FOUND = 25, 60, 10, 3, 8, 3
TOGETHER = ((2, 8, TRIED), (3, 5, 10))
"""So many columns at once, of so many that lead, at so many values each."""
MOST_TRIED, MOST_JUDGED = 4_000, 60
_EACH = 0.05
"""What one more changed column costs beside how far it moves, so that fewer are changed."""
Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """New values, how far they are in typical spreads, and whether there are similar rows."""

    changes: Changes
    cost: float
    supported: bool


@dataclass(frozen=True, eq=False)
class Search:
    """What to change in one ``row``; ``margin`` of rows: the answer is as wanted from 0 on.

    ``rows`` were learned from. Columns that are not in ``free`` stay; each may move as its
    ``Movable`` says.
    """

    margin: Callable[[pd.DataFrame], Floats]
    rows: pd.DataFrame
    free: Mapping[str, Movable]
    nearness: Nearness
    row: pd.DataFrame

    def run(self) -> list[Found]:
        """At most three ways by different columns, those with similar rows first, then nearest."""
        met: dict[frozenset[str], dict[str, Any]] = {}
        front: list[dict[str, Any]] = [{}]
        for _ in range(DEPTH):
            grown = list(self._grown(front, met))
            if not grown:
                break
            margins = self.margin(self._changed(grown))
            open_ = []
            for changes, margin in zip(grown, margins, strict=True):
                if margin >= 0:
                    self._note(met, changes)
                else:
                    open_.append((margin, changes))
            front = self._best(open_)
        return self._told(met)

    def _grown(
        self, front: Sequence[Changes], met: Mapping[frozenset[str], Any]
    ) -> Iterator[dict[str, Any]]:
        """Each of the front with one more column moved; not where fewer columns would do."""
        for changes in front:
            for name in self.free:
                names = frozenset((*changes, name))
                if name in changes or any(done < names for done in met):
                    continue
                for value in self._places[name]:
                    more = {**changes, name: value}
                    if self._allowed(more):
                        yield more

    def _allowed(self, changes: Changes) -> bool:
        way = {name: self._way(name, value) for name, value in changes.items()}
        for name, sign in way.items():
            movable = self.free[name]
            barred = {"up only": -1.0, "down only": 1.0}.get(movable.may)
            if sign is None:  # from or to a level or a gap: no direction
                if barred is not None:
                    return False
                continue
            causes = (way.get(cause) or 0 for cause in self._causes[name])
            if sign in (0, barred) or any(sign * cause < 0 for cause in causes):
                return False
        return True

    @cached_property
    def _causes(self) -> dict[str, list[str]]:
        """What decides each column, and what decides that, and so on."""
        found: dict[str, list[str]] = {name: [] for name in self.free}
        for name, causes in found.items():
            above = self.free[name].follows
            while above and above not in (name, *causes):
                causes.append(above)
                above = self.free[above].follows if above in self.free else ""
        return found

    def _way(self, name: str, value: Any) -> float | None:
        """1 up, -1 down, 0 the same; None where there is no direction."""
        before = self._was[name]
        if before is None or pd.isna(before):
            return None
        if name not in self.nearness.spreads:
            return 0.0 if str(before) == str(value) else None
        moved = response.as_float(value) - response.as_float(before)
        return 1.0 if moved > 0 else -1.0 if moved < 0 else 0.0

    def cost(self, changes: Changes) -> float:
        """How far, in typical spreads; another level counts as one."""
        total = 0.0
        for name, value in changes.items():
            before, spread = self._was[name], self.nearness.spreads.get(name)
            if spread is None or before is None or pd.isna(before):
                total += 1.0
                continue
            total += abs(response.as_float(value) - response.as_float(before)) / spread
        return total

    @cached_property
    def _was(self) -> dict[str, Any]:
        return {str(name): value for name, value in self.row.iloc[0].items()}

    @cached_property
    def _places(self) -> dict[str, list[Any]]:
        return {name: response.places(self.rows[name], TRIED) for name in self.free}

    def _note(self, met: dict[frozenset[str], Any], changes: Changes) -> None:
        names = frozenset(changes)
        kept = met.get(names)
        if kept is None or self.cost(changes) < self.cost(kept):
            met[names] = dict(changes)

    def _best(self, open_: list[tuple[float, dict[str, Any]]]) -> list[dict[str, Any]]:
        """What gets nearest to the goal or far for its cost; each set of columns once."""
        start = float(self.margin(self.row)[0])
        far = sorted(range(len(open_)), key=lambda at: -open_[at][0])
        gain = [(m - start) / (self.cost(c) + _EACH) for m, c in open_]
        cheap = sorted(range(len(open_)), key=lambda at: -gain[at])
        found: dict[frozenset[str], dict[str, Any]] = {}
        for both in zip(far, cheap, strict=True):
            for at in both:
                found.setdefault(frozenset(open_[at][1]), open_[at][1])
        return list(found.values())[:BEAM]

    def _told(self, met: Mapping[frozenset[str], Changes]) -> list[Found]:
        cheap = [dict(one) for one in sorted(met.values(), key=self.weight)[:REFINED]]
        found = self._judged([*cheap, *(self._nearer(dict(one)) for one in cheap)])
        sure = [self.weight(one.changes) for one in found if one.supported]
        found += self._judged(self._cheaper(min(sure, default=np.inf)))
        found.sort(key=lambda one: (not one.supported, self.weight(one.changes)))
        ways = {frozenset(one.changes): one for one in reversed(found)}
        return [one for one in found if ways[frozenset(one.changes)] is one][:FOUND]

    def weight(self, changes: Changes) -> float:
        """How far and by how many columns: what is made small."""
        return self.cost(changes) + _EACH * len(changes)

    def _judged(self, every: Sequence[Changes]) -> list[Found]:
        if not every:
            return []
        near = self.nearness.near(self._changed(every))
        return [Found(one, self.cost(one), ok) for one, ok in zip(every, near, strict=True)]

    def _cheaper(self, most: float) -> list[dict[str, Any]]:
        """What reaches the goal for less than ``most`` by two or three columns at once: all their
        values are tried, those that cost least first."""
        tried: list[tuple[float, dict[str, Any]]] = []
        for size, columns, places in TOGETHER:
            for names in combinations(self._leading[:columns], size):
                parts = [self._priced(name, places) for name in names]
                prices = reduce(np.add.outer, [price for _, price in parts]) + _EACH * size
                for at in np.argwhere(prices < most):
                    values = [part[place] for (part, _), place in zip(parts, at, strict=True)]
                    tried.append((float(prices[tuple(at)]), dict(zip(names, values, strict=True))))
        tried.sort(key=lambda one: one[0])
        every = [changes for _, changes in tried if self._allowed(changes)][:MOST_TRIED]
        if not every:
            return []
        holds = self.margin(self._changed(every)) >= 0
        return [changes for changes, ok in zip(every, holds, strict=True) if ok][:MOST_JUDGED]

    def _priced(self, name: str, most: int) -> tuple[list[Any], Floats]:
        places = [
            value
            for value in response.places(self.rows[name], most)
            if self._way(name, value) != 0.0
        ]
        return places, np.array([self.cost({name: value}) for value in places], np.float64)

    @cached_property
    def _leading(self) -> list[str]:
        """The columns, first those by which alone one gets nearest to the goal."""
        single = [{name: value} for name in self.free for value in self._places[name]]
        single = [one for one in single if self._allowed(one)]
        reach: dict[str, float] = {}
        margins = self.margin(self._changed(single)) if single else np.zeros(0)
        for changes, margin in zip(single, margins, strict=True):
            (name,) = changes
            reach[name] = max(float(margin), reach.get(name, -np.inf))
        return sorted(reach, key=lambda name: -reach[name])

    def _nearer(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Each number moved back as far as the goal still holds, to values that were seen."""
        for name in list(changes):
            if name not in self.nearness.spreads:
                continue
            seen = [{**changes, name: value} for value in response.places(self.rows[name], BETWEEN)]
            tried = [one for one in seen if self._allowed(one)]
            if tried:
                holds = self.margin(self._changed(tried)) >= 0
                kept = [one for one, ok in zip(tried, holds, strict=True) if ok]
                changes = min([changes, *kept], key=self.cost)
        return changes

    def _changed(self, every: Sequence[Changes]) -> pd.DataFrame:
        first = self.row.index[:1]
        frame = self.row.loc[np.repeat(first, len(every))].reset_index(drop=True)
        for name in {name for changes in every for name in changes}:
            before = self._was[name]
            values = [changes.get(name, before) for changes in every]
            frame[name] = pd.Series(values, dtype=self.rows[name].dtype)
        return frame
