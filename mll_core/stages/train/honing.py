"""What out-of-fold scores teach about a model beyond its fit: calibration, reach, threshold."""

from dataclasses import dataclass, replace
from typing import Self

from mll_core.domain.calibration import Calibration
from mll_core.domain.conformal import Reach
from mll_core.domain.training import Calibrated, Covered
from mll_core.infra.fitted_model import FittedModel
from mll_core.stages.train.calibrating import calibrate
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.held_out import HeldOut
from mll_core.stages.train.reach import reach
from mll_core.stages.train.scorecard import Scorecard


@dataclass(frozen=True, eq=False)
class Honed:
    """What was learned, and what was measured of it."""

    calibration: Calibration | None
    calibrated: Calibrated | None
    reach: Reach
    covered: Covered
    threshold: float | None
    why: str

    @classmethod
    def of(cls, entry: Entry, card: Scorecard) -> Self:
        """Learned from the first repeat of the folds, each row judged once."""
        task, held = card.order.task, HeldOut.of(card, entry.trial)
        calibration, calibrated = None, None
        if task.classifies:
            calibration, calibrated = calibrate(held, task, card.overlap)
            held = held.calibrated(calibration)
        far, covered = reach(held, task, card.order.section.coverage)
        cut, why = card.cut(held.truth, held.score)
        return cls(calibration, calibrated, far, covered, cut, why)

    def hone(self, model: FittedModel) -> FittedModel:
        """The model with all of it."""
        cut, calibration = self.threshold, self.calibration
        return replace(model, threshold=cut, calibration=calibration, reach=self.reach)
