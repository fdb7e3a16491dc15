"""Whether all rows of a large table were worth it: the same rows judged after few and after all."""

from dataclasses import dataclass, replace
from functools import partial

from mll_core.domain.connector import Progress
from mll_core.domain.task import Floats
from mll_core.infra import spare_memory
from mll_core.infra.fitted_model import scores_of
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.fitting import Means, fit
from mll_core.stages.train.large import learn
from mll_core.stages.train.last import Last
from mll_core.stages.train.rows import encoded


@dataclass(frozen=True, eq=False)
class Full:
    """A last fit on so many ``rows``, which took so many ``seconds`` with their preparation, and
    how to do it again."""

    last: Last
    rows: int
    seconds: float

    def again(self, studied: Entry, means: Means, k: int) -> tuple[int, Floats]:
        """Fitted without the first fold, as recipe and encoder are: from how many rows it learned,
        and its scores on those that are judged in that fold. Raises Stopped, Overdue.
        """
        spare_memory.give_back()
        return self.last.watched(partial(self._again, studied, means, k))

    def _again(
        self, studied: Entry, means: Means, k: int, progress: Progress
    ) -> tuple[int, Floats]:
        last, whole = self.last, self.last.rows.whole
        assert whole is not None  # of a table in memory the folds say it
        progress(0.97, "What all rows have brought")
        wanted = whole.learned & whole.drawn(self.rows)
        learned = learn(whole, last.order, wanted, last.tools.objects.home, progress)
        model = studied.trial.settled or studied.candidate.model
        fitted = fit(replace(studied.candidate, model=model, share=1.0), learned, means)
        held = last.rows.table.take(last.rows.cuts[0][1])
        judged = encoded(learned.transformer, learned.encoder, held)
        return len(learned.truth), scores_of(fitted.estimator, judged, means.task, k)
