"""The search: which candidates are tried, in what order, and what fits into the time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from mll_core.domain.connector import Progress
from mll_core.domain.errors import Stopped, UnfitTarget
from mll_core.domain.model import Learner, Model
from mll_core.domain.training import Run, Skipped
from mll_core.stages.train import choice
from mll_core.stages.train.clock import LAST_FIT, Budget
from mll_core.stages.train.fitting import Candidate, Means, fit
from mll_core.stages.train.order import Order
from mll_core.stages.train.ranking import level
from mll_core.stages.train.rows import Part
from mll_core.stages.train.scorecard import Scorecard, Scored
from mll_core.stages.train.trial import Trial, run
from mll_core.stages.train.tuning import Tuner

PILOT_CELLS = 150_000
"""From so many numbers in a fold's matrix the time of a fit is first measured on a part."""
PILOT = 0.1
LOADING = (0.1, 3.0)
"""A first fit that takes so many seconds may have spent them on loading a library."""
PATIENCE = 10
"""Settings tried in a row without a gain before the search ends early."""
NOTEWORTHY = 0.05
CLEARLY = 0.25
FEWEST_SHARE = 0.02
MEMBERS, END_SHARE = 4, 0.2
"""Models an ensemble may have to fit at the end; with the learning curve at most this share."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A finished trial, its numbers and its place in the order of trying."""

    trial: Trial
    scored: Scored
    number: int

    @property
    def model(self) -> Learner:
        """The model tried."""
        return self.trial.candidate.model

    @property
    def candidate(self) -> Candidate:
        """What a search tried: one model with its settings."""
        assert isinstance(self.trial.candidate, Candidate)
        return self.trial.candidate


@dataclass(eq=False)
class Search:
    """Tries candidates until the time is spent; ``entries`` are those that finished."""

    order: Order
    parts: list[Part]
    card: Scorecard
    means: Means
    clock: Budget
    progress: Progress
    entries: list[Entry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    stopped: bool = False
    toured: bool = False
    """Whether every model has had its turn with its first settings."""
    late: int = 0
    """Models that did not finish, or not begin, for lack of time."""
    _dropped: int = 0

    def run(self) -> Iterator[Entry]:
        """Each entry as it finishes; ends when the time is spent or Stop was pressed."""
        try:
            for candidate in self._first():
                yield from self._try(candidate)
            self.toured = True
            yield from self._variants()
        except Stopped:
            self.stopped = True
        if self._dropped:
            behind = f"{self._dropped} other settings fell behind on the first folds."
            self.skipped.append(Skipped(model="Tuning", reason=behind))

    @property
    def strong(self) -> bool:
        """Whether a strong learner has finished."""
        return any(entry.model.strong for entry in self.entries)

    @property
    def best(self) -> Entry | None:
        """The best that is not a baseline."""
        learned = [entry for entry in self.entries if not entry.model.baseline]
        return max(learned, key=self._oriented, default=None)

    @property
    def ranked(self) -> list[Entry]:
        """Best first."""
        return sorted(self.entries, key=self._oriented, reverse=True)

    def _oriented(self, entry: Entry) -> float:
        value = entry.scored.score.value
        if np.isnan(value):
            return -np.inf
        return value if self.card.primary.greater_is_better else -value

    def _first(self) -> list[Candidate]:
        """Baselines, then every model asked for with its settings, from cheap to dear."""
        models, skipped = choice.first(self.order)
        self.skipped.extend(skipped)
        return [Candidate(model, label) for model, label in _labelled(models)]

    def _variants(self) -> Iterator[Entry]:
        """Other settings of what did best, until the time or the ideas are spent."""
        tuner = Tuner(self.means.seed, [entry.candidate for entry in self.entries])
        idle = 0
        while (best := self.best) and idle < PATIENCE:
            rivals = self._contenders(best)
            rival = rivals[tuner.number % len(rivals)]
            if 1.5 * rival.trial.total / len(self.parts) * 2 >= self.clock.left:
                return
            candidate = tuner.next(rival.candidate, self.order.task)
            if candidate is None:
                return
            yield from self._try(candidate, rival=best)
            idle = 0 if self._gained(best) else idle + 1

    def _last_fits(self) -> float:
        """Seconds to keep: for the best model, then for an ensemble and the learning curve."""
        kinds: dict[str, float] = {}
        for entry in self.ranked:
            if not entry.model.baseline:
                kinds.setdefault(entry.model.kind, LAST_FIT * max(entry.trial.fit_seconds))
        each = list(kinds.values()) or [0.0]
        if not self.toured:
            return each[0]
        curve = sum(self.best.trial.seconds) if self.best else 0.0
        more = sum(each[1:MEMBERS]) if self.order.section.ensembles else 0.0
        return each[0] + min(curve + more, END_SHARE * self.clock.whole)

    def _contenders(self, best: Entry) -> list[Entry]:
        """The best of each kind of model that may still win: the best, and what is level with it.

        A strong kind is among them even when a simple model leads.
        """
        found: dict[str, Entry] = {}
        for entry in self.ranked:
            if not entry.model.baseline:
                found.setdefault(entry.model.kind, entry)
        overlap, lead = self.card.overlap, best.scored.spread
        near = [e for e in found.values() if e is best or level(lead, e.scored.spread, overlap)]
        strong = [e for e in found.values() if e.model.strong]
        return [e for e in near if e is best or e.model.strong] or strong or [best]

    def _gained(self, before: Entry) -> bool:
        """Whether the best is better than ``before`` by more than a twentieth of the spread."""
        best = self.best or before
        lead = self._oriented(best) - self._oriented(before)
        return lead > NOTEWORTHY * float(np.nanstd(before.scored.spread))

    def _try(self, candidate: Candidate, rival: Entry | None = None) -> Iterator[Entry]:
        """Its entry, or none when it is skipped."""
        try:
            fitting = self._fitting(candidate)
            if fitting is None:
                return
            self._tell(candidate, 1)
            trial = self._folds(fitting, rival)
        except (ValueError, UnfitTarget, np.linalg.LinAlgError) as error:
            self._skip(candidate, f"It cannot learn these rows: {str(error).splitlines()[0]}")
            return
        if trial is None:
            return
        entry = Entry(trial, self.card.score(trial), len(self.entries) + 1)
        self.entries.append(entry)
        self.clock.keep_for(self._last_fits(), opened=self.toured)
        yield entry

    def _fitting(self, candidate: Candidate) -> Candidate | None:
        """The candidate as it fits into the time: whole, on fewer rows, or not at all."""
        learned = self.parts[0].learned
        must = candidate.model.strong and not self.strong
        if candidate.model.baseline:
            return candidate
        if spent := self.clock.taken(must=must):
            self._skip(candidate, spent, late=True)
            return None
        if learned.matrix.size < PILOT_CELLS or not self.clock.measures:
            return candidate
        once = self._seconds(candidate)
        allowed = self.clock.left if must or self.strong else 0.25 * self.clock.left
        whole = once * (len(self.parts) + LAST_FIT)
        if must and whole > allowed:
            share = max(FEWEST_SHARE, min(1.0, 0.8 * allowed / whole))
            return Candidate(candidate.model, candidate.label, round(share, 3), candidate.log)
        if once > 0.5 * allowed:
            why = f"A fold takes about {once:.0f} s, {max(0, allowed):.0f} s left."
            self._skip(candidate, why, late=True)
            return None
        return candidate

    def _seconds(self, candidate: Candidate) -> float:
        """About how long one fold takes, from a part of it; loading the library does not count."""
        pilot = Candidate(candidate.model, candidate.label, PILOT, candidate.log)
        seconds = fit(pilot, self.parts[0].learned, self.means).seconds
        if LOADING[0] < seconds < LOADING[1]:
            seconds = min(seconds, fit(pilot, self.parts[0].learned, self.means).seconds)
        return seconds / PILOT

    def _folds(self, candidate: Candidate, rival: Entry | None) -> Trial | None:
        baseline = candidate.model.baseline
        must = candidate.model.strong and not self.strong
        for trial in run(candidate, self.parts, self.means, len(self.card.names)):
            done = len(trial.scores)
            rest = len(self.parts) - done
            if rest == 0:
                return trial
            if rival is not None and self._behind(trial, rival):
                self._dropped += 1
                return None
            need = rest * max(trial.seconds) + LAST_FIT * max(trial.fit_seconds)
            if self.clock.measures and need > self.clock.left and not (must or baseline):
                left = max(0.0, self.clock.left)
                why = f"{done} of {len(self.parts)} folds took {trial.total:.0f} s; "
                why += f"the rest needs {need:.0f} s, {left:.0f} s are left."
                self._skip(candidate, why, late=True)
                return None
            self._tell(candidate, done + 1)
        return None

    def _behind(self, trial: Trial, rival: Entry) -> bool:
        """Whether it will hardly catch up: behind on both of two folds, or clearly on the first."""
        mine, theirs = self.card.plain(trial), self.card.plain(rival.trial)[: len(trial.scores)]
        if len(mine) == 1:
            return bool(mine[0] < theirs[0] - CLEARLY * float(np.nanstd(rival.scored.spread)))
        return bool((mine < theirs).all())

    def _skip(self, candidate: Candidate, reason: str, *, late: bool = False) -> None:
        self.late += late and not self.toured
        self.skipped.append(Skipped(model=candidate.label, reason=reason))

    def _tell(self, candidate: Candidate, fold: int) -> None:
        best = self.best
        reached = f", best so far {best.scored.score.value:.4g}" if best else ""
        where = f"fold {fold} of {len(self.parts)}"
        self.progress(min(0.95, self.clock.share), f"{candidate.label}: {where}{reached}")


def as_run(entry: Entry, run_id: str, metric: str) -> Run:
    """The entry as the leaderboard shows it."""
    trial, scored = entry.trial, entry.scored
    return Run(
        run_id=f"{run_id}-{entry.number}",
        model=entry.model.kind,
        label=trial.candidate.label,
        parameters=trial.candidate.parameters,
        metric=metric,
        score=scored.score,
        train_score=scored.train,
        folds=tuple(map(float, scored.folds)),
        metrics=scored.metrics,
        seconds=trial.total,
        milliseconds_per_row=trial.milliseconds_per_row,
        bytes=trial.bytes,
        calibration_error=scored.calibration_error,
        fairness_gap=scored.fairness_gap,
        baseline=entry.model.baseline,
    )


def _labelled(models: list[Model]) -> Iterator[tuple[Model, str]]:
    """Every model with its label; the second of a kind gets a number."""
    seen: dict[str, int] = {}
    for model in models:
        seen[model.label] = seen.get(model.label, 0) + 1
        nth = seen[model.label]
        yield model, model.label if nth == 1 else f"{model.label} ({nth})"
