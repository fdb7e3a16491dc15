"""What one monitoring pass is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mll_core.catalog import METRICS
from mll_core.domain.document import Brief, MonitorSection
from mll_core.domain.metric import Metric
from mll_core.domain.serving import Monitoring
from mll_core.domain.task import Floats
from mll_core.domain.training import Interval
from mll_core.infra.fitted_model import FittedModel

SHOWN = (
    *("roc_auc", "average_precision", "log_loss", "brier", "accuracy", "balanced_accuracy"),
    *("precision", "recall", "f1", "macro_f1", "mae", "rmse", "r2", "bias"),
)


@dataclass(frozen=True, eq=False)
class Watch:
    """The model as it serves, the rows it learned from, and the rows to judge.

    ``reference`` holds the development rows, ``reference_metrics`` what the report claims,
    ``reference_scores`` out-of-fold scores, (n,) or (n, k); without them predictions are not
    compared. ``outcomes`` holds the target by ``keys``; without it the target column of
    ``current`` is used when it has one. ``previous`` is the pass before this one.
    """

    fitted: FittedModel
    reference: Path
    current: Path
    section: MonitorSection
    brief: Brief = field(default_factory=Brief)
    metric: str = ""
    source: str = ""
    version: int = 0
    reference_metrics: Mapping[str, Interval] = field(default_factory=dict)
    reference_scores: Floats | None = None
    outcomes: Path | None = None
    keys: tuple[str, ...] = ()
    importance: Mapping[str, float] = field(default_factory=dict)
    previous: Monitoring | None = None
    seed: int = 0

    @property
    def metrics(self) -> dict[str, Metric]:
        """The primary metric first, then those a person looks for, and money when it is stated."""
        usable = {
            kind: METRICS[kind].of_brief(self.brief)
            for kind in dict.fromkeys((self.metric, *SHOWN))
            if kind in METRICS and self._fits(METRICS[kind])
        }
        return {**usable, **self.money}

    @property
    def money(self) -> dict[str, Metric]:
        """The metric in money, when the brief says what decisions are worth."""
        return {
            kind: cls.of_brief(self.brief)
            for kind, cls in METRICS.items()
            if cls.unit == "money" and self._fits(cls)
        }

    def _fits(self, cls: type[Metric]) -> bool:
        return self.fitted.task in cls.tasks and cls.usable(self.brief)
