"""The smallest changes of a row that give another answer, among values that were seen.

Source: Wachter, Mittelstadt & Russell (2018), Counterfactual explanations without opening the
black box; Karimi et al. (2021), Algorithmic recourse (what causes what is respected).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from mll_core.domain.movable import Movable
from mll_core.domain.task import Floats
from mll_core.infra import response
from mll_core.infra.nearness import Nearness

TRIED, BETWEEN, BEAM, DEPTH, REFINED, FOUND = 25, 60, 10, 3, 8, 3
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
            if sign in (0, barred) or sign * (way.get(movable.follows) or 0) < 0:
                return False
        return True

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
        if not met:
            return []
        cheap = sorted(met.values(), key=self.cost)[:REFINED]
        nearest = [self._nearer(dict(changes)) for changes in cheap]
        near = self.nearness.near(self._changed(nearest))
        found = [
            Found(changes, self.cost(changes), ok)
            for changes, ok in zip(nearest, near, strict=True)
        ]
        found.sort(key=lambda one: (not one.supported, one.cost + _EACH * len(one.changes)))
        return found[:FOUND]

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
