"""What a column, a step or a whole pipeline is worth, measured by cross-validation in pairs."""

import math
from typing import Any, Literal

from mll_core.domain.finding import Fix
from mll_core.domain.training import Interval
from mll_core.domain.value import Value

SHUFFLES, FEWEST_SHUFFLES = 10, 3
"""Of a null run; with fewer no interval is worth telling."""
Effect = Literal["helps", "hurts", "not shown", "no difference", "not measured"]


class Change(Value):
    """The score with something against the score without it, on the same folds.

    ``gain``: the mean of the paired differences, positive where the score is better with it,
    whatever the direction of the metric. ``n``: how many rows were judged.
    """

    with_it: float
    without: float
    gain: Interval

    @property
    def effect(self) -> Effect:
        """What the interval allows to say."""
        if self.gain.value == 0 and self.gain.low == self.gain.high == 0:
            return "no difference"
        if self.gain.low > 0:
            return "helps"
        return "hurts" if self.gain.high < 0 else "not shown"

    @property
    def reach(self) -> float:
        """Half of the interval's width."""
        return (self.gain.high - self.gain.low) / 2

    def sentence(self) -> str:
        """Such as ``+0.004 ± 0.006, not shown to help``."""
        said = {
            "helps": "shown to help",
            "hurts": "shown to hurt",
            "not shown": "not shown to help",
            "no difference": "no difference",
            "not measured": "not measured",
        }[self.effect]
        if self.effect == "no difference":
            return "±0, makes no difference"
        reach = "" if math.isnan(self.reach) else f" ± {_short(self.reach)}"
        return (
            f"{'+' if self.gain.value >= 0 else '-'}{_short(abs(self.gain.value))}{reach}, {said}"
        )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value >= 1 else f"{value:.3f}"  # noqa: PLR2004


class StepWorth(Value):
    """One step of the recipe: what it changes, and what the score loses without it.

    Rows and cells are counted on at most ``looked_at`` of ``total`` rows.
    """

    number: int
    """Its place in the recipe, from 1."""
    label: str
    step: str
    """What it does, in its own sentence."""
    dropped: int = 0
    changed_rows: int = 0
    changed_cells: int = 0
    looked_at: int = 0
    total: int = 0
    change: Change | None = None
    judged: str = ""
    """On which rows, when not on all that are learned from."""
    reason: str = ""
    """Why there is no change in score to tell; empty when there is one."""

    @property
    def effect(self) -> Effect:
        """What can be said of it."""
        return self.change.effect if self.change else "not measured"

    def sentence(self) -> str:
        """Such as ``Merge text: +0.004 ± 0.006, not shown to help.``"""
        return f"{self.label}: {self.told}."

    @property
    def told(self) -> str:
        """The change in score and on which rows, or why there is none."""
        said = self.change.sentence() if self.change else self.reason.rstrip(".")
        return "; ".join(filter(None, (said, self.judged)))

    def counted(self) -> str:
        """Rows and cells changed, with their base."""
        of = f"{self.looked_at:,} rows"
        if self.looked_at < self.total:
            of += f" (a fixed sample of {self.total:,})"
        dropped = f"{self.dropped:,} rows dropped, " if self.dropped else ""
        return (
            f"{dropped}{self.changed_cells:,} cells in {self.changed_rows:,} rows changed, of {of}"
        )


class Ledger(Value):
    """What every step of a recipe is worth to a quick model, on the folds of training."""

    metric: str
    metric_label: str
    model: str
    score: Interval | None = None
    """With the whole recipe."""
    steps: tuple[StepWorth, ...] = ()
    finished: bool = False
    seconds: float = 0.0
    measured: dict[str, tuple[float, ...]] = {}
    """Scores per fold by what was measured, so that nothing is measured twice."""


class NullRun(Value):
    """The whole pipeline on shuffled answers, against the same answer for every row.

    ``gains``: per shuffle, how much better than that constant answer it scored; a leak is what
    makes them larger than chance.
    """

    metric: str
    metric_label: str
    model: str
    real: Interval | None = None
    """Its score on the true answers."""
    chance: float
    """What the constant answer scores, averaged over the shuffles."""
    scores: tuple[float, ...]
    gains: tuple[float, ...]
    gain: Interval
    seeds: tuple[int, ...]
    finished: bool = True
    rows: int = 0
    """How many of the development rows were looked at; 0: all of them."""
    of: int = 0
    """How many development rows there are."""
    prepared: float = 0.0
    """Seconds of the budget that preparing took, where it took most of it."""

    @property
    def passed(self) -> bool:
        """Whether it scores no better than chance explains."""
        return not self.gain.low > 0

    def sentence(self) -> str:
        """The verdict with its numbers."""
        mean = sum(self.scores) / len(self.scores)
        true = f"; the true answers give {self.real.value:.3f}" if self.real else ""
        numbers = (
            f"with the answers dealt out by chance, {len(self.scores)} times, the whole pipeline "
            f"scores {self.metric_label} {mean:.3f} ({min(self.scores):.3f} to "
            f"{max(self.scores):.3f}), always the same answer {self.chance:.3f}{true}."
        )
        if self.rows:
            numbers += f" For want of time {self.rows:,} of {self.of:,} rows were looked at."
        if self.prepared:
            numbers += (
                f" Preparing took {self.prepared:,.0f} seconds, most of the time that was given."
            )
        if self.passed:
            return f"No leak in the pipeline was found: {numbers}"
        return (
            f"Something in the pipeline knows the answers: {numbers} Better than chance by "
            f"{self.gain.value:.3f} ({self.gain.low:.3f} to {self.gain.high:.3f})."
        )


class Feature(Value):
    """A column that could be made, and what it was shown to be worth."""

    label: str
    fix: Fix
    change: Change
    p: float
    """Chance of such a gain when it helps nothing."""
    adjusted: float
    """The same after Benjamini and Hochberg, over all that was tried."""


class Features(Value):
    """The search for columns worth making."""

    metric_label: str
    model: str
    tried: int = 0
    screened: int = 0
    recipe: tuple[dict[str, Any], ...] = ()
    """The steps that were there when it was looked."""
    proposed: tuple[Feature, ...] = ()
    finished: bool = False
    measured: dict[str, tuple[float, ...]] = {}

    def sentence(self) -> str:
        """How many were tried, and what came of it."""
        found = len(self.proposed)
        what = "none is" if not found else "1 is" if found == 1 else f"{found} are"
        return (
            f"{self.screened:,} possible columns were looked at, the {self.tried:,} most promising "
            f"measured by cross-validation: {what} shown to help."
        )
