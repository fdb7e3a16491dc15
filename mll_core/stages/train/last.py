"""The last fit: on all rows, or on fewer when somebody presses Stop or the time is spent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from mll_core.domain.connector import Progress
from mll_core.domain.errors import Stopped
from mll_core.domain.training import Skipped
from mll_core.infra.fitted_model import FittedModel
from mll_core.stages.train import lanes
from mll_core.stages.train import rows as development
from mll_core.stages.train.ahead import Ahead, share_of, unshared
from mll_core.stages.train.fitting import Candidate, Mixture
from mll_core.stages.train.large import learn_last
from mll_core.stages.train.last_fit import fit_last
from mll_core.stages.train.memory import refusal
from mll_core.stages.train.order import Order, Tools
from mll_core.stages.train.race import Overdue
from mll_core.stages.train.rows import Learned, Rows
from mll_core.stages.train.search import Search
from mll_core.stages.train.trial import Trial
from mll_core.stages.train.whole import drawn

SOON = 1.0
"""Seconds that a fit may take after Stop."""
BRIEF = 0.02
"""Share of the time that it may take once that is spent."""
FEWEST_ROWS = 1_000
PRUDENT = 0.8
"""Of the time that is left so much is counted on."""
HOPELESS = 1.5
"""Who would need so many times what is left is not begun."""
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Fitted:
    """The model, what it learned from, and how long both took; ``why`` on fewer rows, or empty."""

    model: FittedModel
    learned: Learned
    rows: int
    seconds: float
    why: str = ""

    @property
    def said(self) -> tuple[Skipped, ...]:
        """What a reader has to know of it."""
        if not self.why:
            return ()
        reason = f"The recommended model learned from {self.rows:,} rows in the end: {self.why}."
        return (Skipped(model="Rows", reason=reason),)


@dataclass(frozen=True, eq=False)
class Last:
    """What the last fits need; ``progress`` raises Stopped when somebody asks for it."""

    rows: Rows
    order: Order
    tools: Tools
    ahead: Ahead
    search: Search
    progress: Progress

    def fit(self, trial: Trial) -> Fitted:
        """On all rows; within seconds on some of them after Stop, or when the time is spent."""
        search, began = self.search, self.tools.now()
        need, left = self.ahead.seconds + trial.last_fit, search.clock.rest
        whole = not (search.stopped and need > SOON) and need <= HOPELESS * max(left, 0.0)
        if whole or self._enough(need, left) == len(self.rows.truth):
            try:
                learned, model = self.watched(partial(self._whole, trial))
            except Stopped:
                search.stopped = True
            except Overdue:
                pass
            else:
                count = 1.0 if self.ahead.rows else share_of(trial)
                took = self.tools.now() - began
                return Fitted(model, learned, round(count * len(learned.truth)), took)
        why = "Stop was pressed" if search.stopped else "there was no time for more"
        learned, model = brief(trial, self.rows, self.order, self._enough(need, left))
        return Fitted(model, learned, len(learned.truth), self.tools.now() - began, why)

    def watched(self, work: Callable[[Progress], T]) -> T:
        """What ``work`` comes to, which tells how far it is. Raises Stopped, and Overdue when the
        time is spent; both end it."""
        said: list[tuple[float, str]] = []

        def watch() -> None:
            if said and not self.search.stopped:
                self.progress(*said[-1])
            if self.search.clock.rest <= 0:
                raise Overdue

        return lanes.one(lambda: work(lambda share, text: said.append((share, text))), watch)

    def _whole(self, trial: Trial, progress: Progress) -> tuple[Learned, FittedModel]:
        progress(0.96, f"Fitting {trial.candidate.label} on all rows")
        home = self.tools.objects.home
        learned = learn_last(self.rows, self.order, home, self._count(trial), progress)
        progress(0.96, f"Fitting {trial.candidate.label} on all rows")
        model = unshared(trial) if self.ahead.rows else trial
        return learned, fit_last(model, learned, self.rows, self.order)

    def _count(self, trial: Trial) -> int:
        """How many rows of a large table to learn from: all, or as many as there is time for by
        now, where the search took fewer for lack of it."""
        ahead, search, tried = self.ahead, self.search, trial.candidate
        share = share_of(trial)
        known = round(share * ahead.rows)
        if not ahead.rows or not search.clock.measures or known >= ahead.wanted:
            return known
        whole = replace(tried, share=1.0) if isinstance(tried, Candidate) else tried.members[0]
        if refusal(whole, search.parts[0].learned, search.means):
            return known  # it was memory that was lacking
        need = share * ahead.seconds + trial.last_fit
        return min(ahead.wanted, max(known, int(known * PRUDENT * search.clock.rest / need)))

    def _enough(self, need: float, left: float) -> int:
        """How many of the rows that are held can be learned from at once."""
        search, held = self.search, len(self.rows.truth)
        allowed = SOON if search.stopped else max(SOON, BRIEF * search.clock.whole)
        if left == float("inf") and not search.stopped:
            return held
        total = max(held, self.ahead.rows)
        return min(held, max(FEWEST_ROWS, int(total * allowed / max(need, 1e-9))))


def brief(trial: Trial, rows: Rows, order: Order, count: int) -> tuple[Learned, FittedModel]:
    """Fitted on ``count`` of the rows that are held, each member of an ensemble once."""
    learned = development.learn(rows, order, drawn(rows.truth, count))
    once = unshared(trial)
    if isinstance(once.candidate, Mixture):
        once = replace(once, candidate=replace(once.candidate, bags=1))
    return learned, fit_last(once, learned, rows, order)
