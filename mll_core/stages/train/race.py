"""A candidate against the best of its kind: more rows and folds for who keeps up."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from mll_core.stages.train.clock import Budget
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.fitting import Candidate, Means
from mll_core.stages.train.lanes import Watch, idle
from mll_core.stages.train.pace import Late, Pace
from mll_core.stages.train.rows import Part
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.trial import Trial, begin, run

CLEARLY = 0.25
"""Standard deviations among folds that are no chance on one of them."""


@dataclass(frozen=True)
class Fell:
    """It fell behind by so much; ``reached``: about what it would score, more is better."""

    lag: float
    reached: float


class Overdue(Exception):  # no error: the time is spent
    """What is under way is ended."""


OVERDUE = Late("It was under way when the time was spent.")
Came = Trial | Fell | Late
"""What comes of a candidate."""


@dataclass(eq=False)
class Race:
    """First a part of the rows of one fold where that tells sooner, then fold after fold.

    Source: Jamieson & Talwalkar (2016), Non-stochastic Best Arm Identification (successive
    halving); who is left behind is decided against the best so far, in place of half of a round.
    """

    parts: list[Part]
    card: Scorecard
    means: Means
    clock: Budget
    pace: Pace
    tell: Callable[[Candidate, int], None]
    look: Watch = idle
    """Called while fits are under way."""

    def first(self, candidate: Candidate, *, must: bool, least: float) -> Came:
        """All folds of a model with its first settings, or why not. Raises what its fits raise.

        ``must``: whatever it takes; ``least``: what it has to reach on the first fold.
        """

        def lags(trial: Trial) -> float:
            return float(least - self.card.plain(trial)[0]) if len(trial.scores) == 1 else 0.0

        try:
            fitting = self.pace.fitting(candidate, must=must, watch=self._watch(must=must))
            return fitting if isinstance(fitting, Late) else self._folds(fitting, lags, must=must)
        except Overdue:
            return OVERDUE

    def warm(self, candidates: Sequence[Candidate]) -> None:
        """Try them on a part of the rows beside one another, if that tells sooner."""
        with suppress(Overdue):  # their own turn says so
            self.pace.warm(candidates, self._watch(must=False))

    def begin(self, candidates: Sequence[Candidate]) -> None:
        """Have a cluster begin what comes next, where it is known to run as it is."""
        if not (self.pace.large and self.clock.measures):
            begin(candidates, self.parts, self.means, len(self.card.names))

    def again(self, candidate: Candidate, rival: Entry) -> Came:
        """All folds of other settings of what ``rival`` is, or why not. Raises what fits raise."""
        try:
            return self._again(candidate, rival)
        except Overdue:
            return OVERDUE

    def _again(self, candidate: Candidate, rival: Entry) -> Came:
        lead = self.card.plain(rival.trial)
        lag = self.pace.lag(candidate, rival.candidate, self._watch(must=False))
        if lag > CLEARLY * float(np.nanstd(rival.scored.spread)):
            return Fell(lag, float(np.nanmean(lead)) - lag)
        times = self.pace.times(candidate, rival.candidate)
        need = times * rival.trial.need(len(self.parts))
        if self.clock.measures and need > self.clock.left:
            return Late(f"It would take about {need:.0f} s, {max(0, self.clock.left):.0f} s left.")
        return self._folds(candidate, lambda trial: self._lag(trial, rival), must=False)

    def _folds(self, candidate: Candidate, lags: Callable[[Trial], float], *, must: bool) -> Came:
        watch = self._watch(must=must)
        for trial in run(candidate, self.parts, self.means, len(self.card.names), watch):
            done = len(trial.scores)
            rest = len(self.parts) - done
            if rest == 0:
                break
            if not must and (lag := lags(trial)) > 0:
                return Fell(lag, float(self.card.plain(trial).mean()))
            dear = self.pace.overpriced(candidate, trial.need(len(self.parts)))
            if dear and done == 1 and not must and not candidate.model.interpretable:
                return dear
            need = trial.need(rest)
            if self.clock.measures and need > self.clock.left and not must:
                why = f"{done} of {len(self.parts)} folds took {trial.total:.0f} s; the rest needs "
                return Late(f"{why}{need:.0f} s, {max(0.0, self.clock.left):.0f} s are left.")
            self.tell(candidate, done + 1)
        return trial

    def _watch(self, *, must: bool) -> Watch:
        """Ends what is under way when the time is spent, but for what must be."""

        def watch() -> None:
            self.look()
            if self.clock.measures and not must and self.clock.left <= 0:
                raise Overdue

        return watch

    def _lag(self, trial: Trial, rival: Entry) -> float:
        """By how much it is behind, when it will hardly catch up: behind on both of two folds, or
        clearly on the first; else 0.
        """
        mine, theirs = self.card.plain(trial), self.card.plain(rival.trial)[: len(trial.scores)]
        clear = CLEARLY * float(np.nanstd(rival.scored.spread)) if len(mine) == 1 else 0.0
        lost = bool((mine < theirs - clear).all())
        return float((theirs - mine).mean()) if lost else 0.0
