"""How long a candidate will take, told from parts of the rows, and whether that is worth it."""

import math
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from mll_core.infra.fitted_model import scores_of
from mll_core.stages.train import lanes
from mll_core.stages.train.clock import Budget
from mll_core.stages.train.fitting import Candidate, Means, fit
from mll_core.stages.train.lanes import Watch, idle
from mll_core.stages.train.memory import beside, refusal, roomy
from mll_core.stages.train.rows import Part
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.trial import Trial

CELLS = 150_000
"""From so many numbers in a fold's matrix a fit is first tried on a part of the rows."""
SHARES = (0.1, 0.3)
LOADING = (0.1, 3.0)
"""A first fit that takes so many seconds may have spent them on loading a library."""
WORTH = 0.12
"""Share of the whole time that a model may take that promises little for it."""
FEWEST_SHARE = 0.02
FLOOR = 0.3
"""Per row, the rest of the rows takes at least this part of what the first ones took."""


@dataclass(frozen=True, eq=False)
class Heat:
    """A fit on a part of the rows of the first fold: seconds, and the metric (more is better)."""

    seconds: float
    score: float


@dataclass(frozen=True)
class Late:
    """There is no time for it, or no memory, and why."""

    reason: str
    time: bool = True


@dataclass(eq=False)
class Pace:
    """Fits on parts of the first fold; each candidate is tried once on each."""

    parts: list[Part]
    card: Scorecard
    means: Means
    clock: Budget
    _heats: dict[tuple[str, float], Heat] = field(default_factory=dict)

    @property
    def large(self) -> bool:
        """Whether a part of the rows tells anything sooner than all of them."""
        return self.parts[0].learned.matrix.size >= CELLS

    def heat(self, candidate: Candidate, share: float, watch: Watch = idle) -> Heat:
        """What ``candidate`` comes to on a ``share`` of the rows. Raises what the fit raises."""
        key = (candidate.key, share)
        if key not in self._heats:
            self._heats[key] = lanes.one(partial(self._heat, candidate, share), watch)
        return self._heats[key]

    def warm(self, candidates: Sequence[Candidate], watch: Watch) -> None:
        """Heats of several, beside one another; one that fails is left to be tried alone."""
        new = [one for one in candidates if (one.key, SHARES[-1]) not in self._heats]
        if not self.large:
            return
        work = [partial(self._safe, candidate) for candidate in new]
        with closing(lanes.each(work, self.means.threads, watch)) as heats:
            for one, heat in zip(new, heats, strict=True):
                if heat is not None:
                    self._heats[one.key, SHARES[-1]] = heat

    def _safe(self, candidate: Candidate) -> Heat | None:
        try:
            return self._heat(candidate, SHARES[-1])
        except (ValueError, np.linalg.LinAlgError):  # raised anew, and told, at its turn
            return None

    def _heat(self, candidate: Candidate, share: float) -> Heat:
        part, means = self.parts[0], self.means
        alone = replace(means, threads=max(1, means.threads // len(self.parts)))
        fitted = fit(replace(candidate, share=share), part.learned, alone)
        said = scores_of(fitted.estimator, part.judged, means.task, len(self.card.names))
        return Heat(fitted.seconds, float(self.card.plain(Trial(candidate, [said]))[0]))

    def fold(self, candidate: Candidate, watch: Watch = idle) -> float:
        """Seconds that a whole fold will take, drawn out from two parts of it."""
        few, many = SHARES
        first = self.heat(candidate, few, watch).seconds
        if LOADING[0] < first < LOADING[1]:
            del self._heats[candidate.key, few]
            first = min(first, self.heat(candidate, few, watch).seconds)
        if first / few * len(self.parts) < 0.05 * self.clock.left:
            return first / few
        second = self.heat(candidate, many, watch).seconds
        steep = max((second - first) / (many - few), FLOOR * second / many)
        return second + (1 - many) * steep

    def fitting(self, candidate: Candidate, *, must: bool, watch: Watch = idle) -> Candidate | Late:
        """The candidate as it fits into memory and time, whole or on fewer rows; or why not.

        ``must``: one that is tried in any case, on fewer rows if there is no other way.
        """
        why = refusal(candidate, self.parts[0].learned, self.means)
        if why and not must:
            return Late(why, time=False)
        if why:
            room = roomy(candidate, self.parts[0].learned, self.means)
            candidate = replace(candidate, share=round(max(FEWEST_SHARE, room), 3))
        if not self.large or not self.clock.measures:
            return candidate
        once, left = self.fold(candidate, watch) * candidate.share, max(0.0, self.clock.left)
        count = beside(candidate, self.parts[0].learned, self.means, len(self.parts))
        whole = once * (math.ceil(len(self.parts) / count) + self.means.growth)
        if must and whole > left:
            share = max(FEWEST_SHARE, candidate.share * min(1.0, 0.8 * left / whole))
            return replace(candidate, share=round(share, 3))
        if whole > left:
            return Late(f"It would take about {whole:.0f} s, {left:.0f} s are left.")
        return self.overpriced(candidate, whole) or candidate

    def overpriced(self, candidate: Candidate, seconds: float) -> Late | None:
        """Why it is left out though there would be time."""
        wanted = candidate.model.promise > 1 or bool(self.card.order.section.models)
        if wanted or seconds <= WORTH * self.clock.whole:
            return None
        return Late(f"It would take about {seconds:.0f} s, more than it usually is worth.")

    def lag(self, candidate: Candidate, ahead: Candidate, watch: Watch = idle) -> float:
        """By how much it is behind ``ahead`` on a part of the rows; 0 where that is no sooner."""
        if not self.large:
            return 0.0
        self.warm([candidate, ahead], watch)
        mine, theirs = (self.heat(one, SHARES[-1]) for one in (candidate, ahead))
        return theirs.score - mine.score

    def times(self, candidate: Candidate, ahead: Candidate) -> float:
        """How many times as long as ``ahead`` it takes there; 1 where that was not tried."""
        if not self.large:
            return 1.0
        mine, theirs = (self.heat(one, SHARES[-1]) for one in (candidate, ahead))
        return float(np.clip(mine.seconds / max(theirs.seconds, 1e-6), 0.1, 20.0))
