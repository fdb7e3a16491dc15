"""What training found out."""

import math
from typing import Any, Literal

from mll_core.domain.discovered import Grouping, Oddness
from mll_core.domain.inside import Inside
from mll_core.domain.model import Feature
from mll_core.domain.task import Task
from mll_core.domain.value import Value


class Interval(Value):
    """A value with its 95 % interval, and how many rows it was computed from."""

    value: float
    low: float = math.nan
    high: float = math.nan
    n: int = 0


class Calibrated(Value):
    """Whether the winner's probabilities mean what they say, on held-out rows.

    ``error``: by how much they are off on average, as the model says them; ``after``: once put
    right, judged on folds the curve was not learned from. None where there was too little to judge.
    """

    method: str | None = None
    """How they were put right; None: they are as the model says them."""
    error: float
    after: float | None = None
    reason: str


class Covered(Value):
    """How often the promised range, or set of classes, held the truth on folds left out.

    ``width``: the mean width of a range in the target's unit, or how many classes a set has;
    ``unsure``: the share of cases with more than one class possible.
    """

    goal: float
    share: Interval
    width: float
    unsure: float | None = None


class Reached(Value):
    """What a model reached when it learned from so many rows."""

    rows: int
    score: Interval


class Help(Value):
    """What would make the model better, and by how much, as far as it was measured."""

    what: Literal["rows", "all rows", "tuning", "columns"]
    """``all rows``: those of a table too large to hold, beside the part that folds hold."""
    gain: Interval | None = None
    """In the primary metric, more is better; None where nothing could be measured."""
    shown: bool = False
    """Whether the gain is above 0 beyond its interval."""
    sentence: str


class Run(Value):
    """One model, cross-validated: its score on each fold and on all out-of-fold rows."""

    run_id: str
    model: str
    label: str
    parameters: dict[str, Any] = {}
    metric: str
    score: Interval
    train_score: float
    """The same metric on the rows it learned from, averaged over folds: the gap is overfitting."""
    folds: tuple[float, ...]
    metrics: dict[str, Interval] = {}
    seconds: float = 0.0
    milliseconds_per_row: float = 0.0
    bytes: int = 0
    """How large it is when stored."""
    calibration_error: float | None = None
    """By how much its probabilities are off on held-out rows, on average; None for numbers."""
    fairness_gap: float | None = None
    """The largest difference between two groups of a protected column: in the share it acts on,
    for numbers in the mean error. None without such a column, and for several classes.
    """
    baseline: bool = False
    tied: bool = False
    """Inside the noise band of the best."""
    behind: Interval | None = None
    """By how much the best is ahead on the same parts, 0 and more, with the 95 % interval of the
    paired difference; None for the best, and where runs are not compared part by part.
    """
    recommended: bool = False
    mlflow_run_id: str | None = None
    out_of_fold: str | None = None
    """sha256 of the Parquet object with its out-of-fold predictions, in development row order."""


class Skipped(Value):
    """A model that was not tried or not finished, and why."""

    model: str
    reason: str


class Training(Value):
    """A finished search: the leaderboard best first, the winner, and why."""

    run_id: str
    task: Task
    metric: str
    metric_reason: str
    classes: tuple[str, ...] = ()
    leaderboard: tuple[Run, ...]
    recommended: str
    """``run_id`` of the winner."""
    reason: str
    skipped: tuple[Skipped, ...] = ()
    model_sha256: str
    """The winner refitted on all development rows, in the model store."""
    overlap: float = 0.0
    """Rows judged over rows learned from in a fold, for tests of differences between runs."""
    baseline_sha256: str | None = None
    """The best baseline refitted on the same rows, in the model store."""
    threshold: float | None = None
    threshold_reason: str = ""
    calibrated: Calibrated | None = None
    covered: Covered | None = None
    learning_curve: tuple[Reached, ...] = ()
    """The winner, or its heaviest member, on growing shares of the rows."""
    helps: tuple[Help, ...] = ()
    """What would help, most first."""
    features: tuple[Feature, ...] = ()
    seconds: float = 0.0
    rows: int = 0
    fitted: int = 0
    """Rows that the winner learned from in the end: all, unless time or memory was short."""
    hurried: bool = False
    """The last fit made do with fewer rows: somebody pressed Stop, or the time was spent."""
    mlflow_run_id: str | None = None
    stopped: bool = False
    inside: Inside | None = None
    """What the winner looks like inside, when a person can follow it."""
    grouping: Grouping | None = None
    """The groups that were found, when groups were looked for."""
    oddness: Oddness | None = None
    """The rows that stand out, when those were looked for."""

    @property
    def rows_help(self) -> Help | None:
        """What more rows bring: as far as all rows of a large table told it, else those held."""
        told = {help.what: help for help in self.helps}
        return told.get("all rows", told.get("rows"))

    def rise(self, sign: float) -> Interval:
        """By how much the metric, more is better times ``sign``, rises per doubling of the rows at
        the end of the curve, with the interval of what was gained there; all rows of a large table
        are judged on other rows than the rest."""
        before, last = self.learning_curve[-2:]
        doublings = max(math.log2(last.rows / before.rows), 1e-9)
        told = self.rows_help
        gain = told.gain if told is not None else None
        gained = sign * (last.score.value - before.score.value)
        if gain is None:
            return Interval(value=gained / doublings)
        value = gain.value if told is not None and told.what == "all rows" else gained
        ends = (end / doublings for end in (gain.low, gain.high))
        return Interval(value=value / doublings, low=next(ends), high=next(ends), n=gain.n)

    @property
    def winner(self) -> Run:
        """The recommended run."""
        return next(run for run in self.leaderboard if run.run_id == self.recommended)

    @property
    def best_baseline(self) -> Run | None:
        """The best of the baselines, if any was tried."""
        return next((run for run in self.leaderboard if run.baseline), None)
