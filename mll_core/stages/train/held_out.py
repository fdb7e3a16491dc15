"""Out-of-fold scores of one model in the parts they are checked by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mll_core.domain.calibration import Calibration
from mll_core.domain.task import Codes, Floats
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.trial import Trial

PARTS = 5
"""Parts that a single validation cut is dealt into, so that there is something to leave out."""

Learn = Callable[["HeldOut"], object]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Truths and scores of rows the model did not learn from, by fold; each row once."""

    truths: Sequence[Codes | Floats]
    scores: Sequence[Floats]

    @classmethod
    def of(cls, card: Scorecard, trial: Trial) -> "HeldOut":
        """The first repeat of the folds; a single cut is dealt into five parts."""
        truths = [part.judged_truth for part in card.once]
        scores = trial.scores[: len(truths)]
        if len(truths) == 1:
            places = cls.places(card)
            truths, scores = [truths[0][at] for at in places], [scores[0][at] for at in places]
        return cls(truths, scores)

    @staticmethod
    def places(card: Scorecard) -> list[Codes]:
        """How the rows of a single cut are dealt: their places, by part."""
        count = len(card.once[0].judged_truth)
        order = np.random.default_rng((card.order.split.seed, 4)).permutation(count)
        return np.array_split(order, PARTS)

    @cached_property
    def truth(self) -> Codes | Floats:
        """All truths, (n,)."""
        whole: Codes | Floats = np.concatenate(list(self.truths))
        return whole

    @cached_property
    def score(self) -> Floats:
        """All scores, (n, k) or (n,)."""
        return np.concatenate(self.scores)

    def without(self, fold: int) -> "HeldOut":
        """All but one part."""
        kept = [i for i in range(len(self.truths)) if i != fold]
        return HeldOut([self.truths[i] for i in kept], [self.scores[i] for i in kept])

    def calibrated(self, calibration: Calibration | None) -> "HeldOut":
        """The same after a calibration, None: as they are."""
        if calibration is None:
            return self
        return replace(self, scores=[calibration.apply(score) for score in self.scores])
