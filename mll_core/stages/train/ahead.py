"""What lies ahead of a search: the last fit, where it learns from more rows than are held."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mll_core.domain.train_section import TrainSection
from mll_core.domain.training import Skipped
from mll_core.stages.train.fitting import Candidate, Means
from mll_core.stages.train.memory import most
from mll_core.stages.train.rows import Part, Rows
from mll_core.stages.train.trial import Trial

BY_DISK = 3.0
"""A row takes so many times as long by way of the disk as in memory."""
GROWS = 2.0
"""A fit on n times the rows takes about 1.2 times n as long; and once more without the first fold,
to see whether the rows were worth it."""
READY_SHARE = 0.35
"""Share of the time that preparing the rows of the last fit may take."""


@dataclass(frozen=True)
class Ahead:
    """The rows of the last fit, 0 where those in memory are all, and the seconds to prepare them.

    ``wanted``: how many there are, also where there is no time to take all of them.
    """

    rows: int = 0
    seconds: float = 0.0
    wanted: int = 0

    @classmethod
    def of(cls, rows: Rows, parts: Sequence[Part], took: float, section: TrainSection) -> "Ahead":
        """``took``: seconds that it took to prepare ``parts``."""
        if rows.whole is None:
            return cls()
        done = sum(len(part.learned.truth) + len(part.rows) for part in parts)
        count = rows.total
        seconds = BY_DISK * took * count / done
        if section.trials is None and seconds > READY_SHARE * section.budget_seconds:
            count = int(count * READY_SHARE * section.budget_seconds / seconds)
            seconds = READY_SHARE * section.budget_seconds
        return cls(max(count, len(rows.truth)), seconds, rows.total)

    def means(self, means: Means, parts: Sequence[Part], section: TrainSection) -> Means:
        """``means`` with what a last fit on these rows takes."""
        if not self.rows:
            return means
        learned = parts[0].learned
        after = replace(
            means, last=self.rows, growth=GROWS * self.rows / max(1, len(learned.truth))
        )
        if section.models:  # who asks for a model lets it have what there is
            return after
        return replace(after, megabytes=most(after, learned.matrix.shape[1]))

    def said(self, rows: Rows, fitted: int) -> tuple[Skipped, ...]:
        """What a reader has to know of the rows; nothing where all are held."""
        if not self.rows:
            return ()
        held = f"Models are compared on {len(rows.truth):,} of {self.wanted:,} rows: all of them "
        held += "are more than memory holds for every fold. "
        last = "The recommended one learned from all rows in the end."
        if fitted < self.wanted:
            last = f"The recommended one learned from {fitted:,} in the end: for more there was "
            last += "no time or no memory."
        return (Skipped(model="Rows", reason=held + last),)


NOTHING = Ahead()


def unshared(trial: Trial) -> Trial:
    """The trial to be fitted on rows that were drawn already."""
    tried = trial.candidate
    if isinstance(tried, Candidate) and tried.share < 1:
        return replace(trial, candidate=replace(tried, share=1.0))
    return trial


def share_of(trial: Trial) -> float:
    """The share of the rows that a trial learns from."""
    return trial.candidate.share if isinstance(trial.candidate, Candidate) else 1.0
