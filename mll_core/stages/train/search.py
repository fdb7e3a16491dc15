"""The search: which candidates are tried, in what order, and what fits into the time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from mll_core.domain.connector import Progress
from mll_core.domain.errors import Stopped, UnfitTarget
from mll_core.domain.model import Model
from mll_core.domain.training import Skipped
from mll_core.infra import cluster
from mll_core.stages.train import choice
from mll_core.stages.train.clock import Budget
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.fitting import Candidate, Means
from mll_core.stages.train.journal import Journal
from mll_core.stages.train.order import Order
from mll_core.stages.train.pace import Late, Pace
from mll_core.stages.train.race import Came, Fell, Race
from mll_core.stages.train.ranking import level
from mll_core.stages.train.rows import Part
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.target_scale import TOLD, Scale, log_helps, others
from mll_core.stages.train.tuning import Seen, Tuner

PATIENCE = 12
"""Settings tried in a row without a gain before the search ends early."""
IDEAS = 2
"""Settings that are thought of at once, on however many cores: what comes out is the same."""
HOPELESS = 0.25
"""Who gives away this share of the best one's lead over the baselines is not tried to the end."""
NOTEWORTHY = 0.05
MEMBERS, END_SHARE = 4, 0.25
"""Models an ensemble may have to fit at the end; with the learning curve at most this share."""


@dataclass(eq=False)
class Search:
    """Tries candidates until the time is spent; ``entries`` are those that finished."""

    order: Order
    parts: list[Part]
    card: Scorecard
    means: Means
    clock: Budget
    journal: Journal
    progress: Progress
    entries: list[Entry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    stopped: bool = False
    toured: bool = False
    """Whether every model has had its turn with its first settings."""
    late: int = 0
    """Models that did not finish, or not begin, for lack of time."""
    _said: str = ""
    _asked: bool = False
    """Whether a strong model had its turn on every scale of the target."""
    _scale: Scale | None = None
    """What suited it better than the logarithm."""
    _fallen: list[Seen] = field(default_factory=list)
    _efforts: dict[str, float] = field(default_factory=dict)

    @cached_property
    def race(self) -> Race:
        """Where candidates run."""
        pace = Pace(self.parts, self.card, self.means, self.clock)
        return Race(self.parts, self.card, self.means, self.clock, pace, self._tell, self._look)

    def run(self) -> Iterator[Entry]:
        """Each entry as it finishes; ends when the time is spent or Stop was pressed."""
        try:
            first = self._first()
            for place, candidate in enumerate(first, 1):
                self.race.begin(self._unknown(map(self._scaled, first[place : place + 1])))
                for entry in self._try(self._scaled(candidate)):
                    yield entry
                    yield from self._scales(entry)
            self.toured = True
            yield from self._variants()
        except Stopped:
            self.stopped = True
        finally:
            cluster.forgo()
        if self._fallen:
            behind = f"{len(self._fallen)} other settings fell behind on a part of the rows."
            self.skipped.append(Skipped(model="Tuning", reason=behind))

    def _unknown(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        return [one for one in candidates if not self.journal.knows(one)]

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
        """Baselines, then every model asked for with its settings, the most promising first."""
        models, skipped = choice.first(self.order)
        self.skipped.extend(skipped)
        weigh = self.order.section.class_weights == "balanced" and self.means.task.classifies
        return [
            Candidate(model, label, weighed=weigh and not model.baseline)
            for model, label in _labelled(models)
        ]

    def _scales(self, entry: Entry) -> Iterator[Entry]:
        """The first strong model once more on other scales, where the target is skewed."""
        candidate, best = entry.candidate, self._oriented(entry)
        if self._asked or not candidate.model.strong or candidate.model.own_scale:
            return
        self._asked = True
        for scale in self._others:
            label = f"{candidate.label}, {TOLD[scale]}"
            for other in self._try(replace(candidate, label=label, scale=scale), entry):
                yield other
                if self._oriented(other) > best:
                    self._scale, best = scale, self._oriented(other)

    @cached_property
    def _others(self) -> tuple[Scale, ...]:
        """Scales that may suit better than the logarithm; none where that is not taken."""
        skewed = log_helps(self.parts[0].learned.truth, self.means.task)
        directed = "directions" in self.means.expectations.demands
        return others(directed=directed) if skewed else ()

    def _scaled(self, candidate: Candidate) -> Candidate:
        """On the scale that suited the first strong model, if it is one itself."""
        suits = candidate.model.strong and not candidate.model.own_scale
        return replace(candidate, scale=self._scale) if suits and self._scale else candidate

    def _variants(self) -> Iterator[Entry]:
        """Other settings of what did best, until the time or the ideas are spent."""
        tried = [entry.candidate for entry in self.entries]
        tuner = Tuner(self.means.seed, tried, self._others)
        idle: dict[str, int] = {}
        while (best := self.best) and self.clock.left > 0:
            rivals = [
                rival
                for rival in self._contenders(best)
                if idle.get(rival.model.kind, 0) < PATIENCE
                and rival.trial.need(len(self.parts)) < self.clock.left
            ]
            if not rivals:
                return
            rival = min(rivals, key=lambda r: self._efforts.get(r.model.kind, 0.0))
            kind = rival.model.kind
            ideas = [tuner.next(rival.candidate, self._seen) for _ in range(IDEAS)]
            new = self._unknown(idea for idea in ideas if idea)
            if new:
                self.race.warm([rival.candidate, *new])
                self.race.begin(new[1:])
            for candidate in ideas:
                if candidate is None:
                    idle[kind] = PATIENCE
                    break
                for entry in self._try(candidate, rival):
                    yield entry
                    if self._gained(entry, rival):
                        idle[kind] = -1
                idle[kind] = idle.get(kind, 0) + 1
            cluster.forgo()

    @property
    def _seen(self) -> list[Seen]:
        """What every setting came to, also those that fell behind."""
        done = [Seen(entry.candidate, self._oriented(entry)) for entry in self.entries]
        return done + self._fallen

    def _last_fits(self) -> float:
        """Seconds to keep: for the best model, then for an ensemble and the learning curve."""
        kinds: dict[str, float] = {}
        for entry in self.ranked:
            if not entry.model.baseline:
                kinds.setdefault(entry.model.kind, entry.trial.last_fit)
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
        return [
            e
            for e in found.values()
            if e is best
            or (e.model.strong and (self._promises(e) or level(lead, e.scored.spread, overlap)))
        ]

    def _promises(self, entry: Entry) -> bool:
        """Whether it is worth other settings though it is behind with these."""
        return type(entry.candidate.model).promise > 1

    def _gained(self, entry: Entry, before: Entry) -> bool:
        """Whether it is better than ``before`` by more than a twentieth of the spread."""
        lead = self._oriented(entry) - self._oriented(before)
        return lead > NOTEWORTHY * float(np.nanstd(before.scored.spread))

    def _try(self, candidate: Candidate, rival: Entry | None = None) -> Iterator[Entry]:
        """Its entry, or none when it is skipped; ``rival``: the best of its kind so far."""
        started, model = self.means.now(), candidate.model
        must = model.baseline or (model.strong and not self.strong)
        if not model.baseline and (spent := self.clock.taken(must=must)):
            self._skip(candidate, spent, late=True)
            return
        self._tell(candidate, 1)
        try:
            came = self.journal.find(candidate) or self._raced(candidate, rival, must=must)
        except (ValueError, UnfitTarget, np.linalg.LinAlgError) as error:
            self._skip(candidate, f"It cannot learn these rows: {str(error).splitlines()[0]}")
            return
        finally:
            spent_now = self.means.now() - started if self.clock.measures else 1.0
            self._efforts[model.kind] = self._efforts.get(model.kind, 0.0) + spent_now
        if isinstance(came, Late):
            self._skip(candidate, came.reason, late=came.time)
        elif isinstance(came, Fell) and rival is None:
            self._skip(candidate, f"It fell behind on the first fold, by more than {came.lag:.3g}.")
        elif isinstance(came, Fell):
            self._fallen.append(Seen(candidate, came.reached))
        else:
            entry = Entry(came, self.card.score(came), len(self.entries) + 1)
            self.entries.append(entry)
            self.clock.keep_for(self._last_fits(), opened=self.toured)
            yield entry

    def _raced(self, candidate: Candidate, rival: Entry | None, *, must: bool) -> Came:
        """What came of it, kept unless time was all that was lacking."""
        started = self.means.now()
        if rival is None:
            came = self.race.first(candidate, must=must, least=self._least(candidate))
        else:
            came = self.race.again(candidate, rival)
        if not isinstance(came, Late):
            self.journal.keep(candidate, came, self.means.now() - started)
        return came

    def _least(self, candidate: Candidate) -> float:
        """What a model that nobody asked for, and that promises little, must reach at once."""
        best, model = self.best, candidate.model
        free = model.interpretable or model.baseline or model.promise > 1
        if best is None or free or self.order.section.models:
            return -np.inf
        top = self.card.plain(best.trial)[0]
        simple = [self.card.plain(e.trial)[0] for e in self.entries if e.model.baseline]
        return float(top - HOPELESS * (top - max(simple))) if simple else -np.inf

    def _skip(self, candidate: Candidate, reason: str, *, late: bool = False) -> None:
        self.late += late and not self.toured
        self.skipped.append(Skipped(model=candidate.label, reason=reason))

    def _tell(self, candidate: Candidate, fold: int) -> None:
        best = self.best
        reached = f", best so far {best.scored.score.value:.4g}" if best else ""
        where = f"fold {fold} of {len(self.parts)}"
        self._said = f"{candidate.label}: {where}{reached}"
        self._look()

    def _look(self) -> None:
        """Say where it stands. Raises Stopped when somebody asked for it."""
        self.progress(min(0.95, self.clock.share), self._said)


def _labelled(models: list[Model]) -> Iterator[tuple[Model, str]]:
    """Every model with its label; the second of a kind gets a number."""
    seen: dict[str, int] = {}
    for model in models:
        seen[model.label] = seen.get(model.label, 0) + 1
        nth = seen[model.label]
        yield model, model.label if nth == 1 else f"{model.label} ({nth})"
