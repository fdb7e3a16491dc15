"""A finished trial with its numbers, and how the leaderboard shows it."""

from dataclasses import dataclass

from mll_core.domain.model import Learner
from mll_core.domain.training import Run
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.scorecard import Scored
from mll_core.stages.train.trial import Trial


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
