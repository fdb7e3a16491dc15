"""What is shared by trainings on rows that bring no answer."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.catalog import METRICS
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.discovered import Span
from mll_core.domain.errors import TooFewRows
from mll_core.domain.metric import Metric
from mll_core.domain.model import Model
from mll_core.domain.task import Codes, Floats, Predictions
from mll_core.domain.training import Interval, Run
from mll_core.infra import warehouse
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.target_values import Classes
from mll_core.stages.train import lanes
from mll_core.stages.train import rows as development
from mll_core.stages.train.fitting import calm
from mll_core.stages.train.last_fit import means_of
from mll_core.stages.train.order import Order, Tools
from mll_core.stages.train.race import OVERDUE, Overdue
from mll_core.stages.train.rows import Learned, Rows

FEWEST = 30
JUDGED = 1_500
"""Rows that ways are judged on, at most: every row is compared with every other."""
RESAMPLES = 300
ENDING = 20.0
"""Seconds that measuring, drawing, keeping and telling take on a busy machine."""
WHILE = OVERDUE.reason
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Found:
    """The development rows without the target, all columns as the recipe leaves them, as a matrix.

    ``labels``: what is known of each row, one value per row and missing where nothing is; None
    where no column says. ``judged``: places of the rows that ways are judged on.
    """

    rows: pa.Table
    learned: Learned
    prepared: pd.DataFrame
    labels: pd.Series | None
    judged: Codes

    @property
    def matrix(self) -> Matrix:
        """All rows."""
        return self.learned.matrix


def read(order: Order) -> Found:
    """Read the rows and learn the recipe on all of them. Raises TooFewRows, UnfitRows."""
    table = warehouse.arrow(f"FROM {warehouse.ROWS}", order.development)
    if len(table) < FEWEST:
        what = f"There are only {len(table)} rows to learn from."
        raise TooFewRows(what, hint=f"At least {FEWEST} are needed; collect more.")
    labels = None
    if order.brief.target and order.brief.target in table.column_names:
        labels = warehouse.to_pandas(table.select([order.brief.target]))[order.brief.target]
        table = table.drop_columns([order.brief.target])
    rows = Rows(table, np.zeros(len(table)), Classes((), ()), [])
    learned = development.learn(rows, order)
    prepared = learned.transformer.transform(table)
    known = [column.column for column in learned.encoder.columns]
    drawn = np.random.default_rng(order.section.seed).permutation(len(table))
    return Found(table, learned, prepared[known], labels, np.sort(drawn[:JUDGED]))


@dataclass(eq=False)
class Allowance:
    """Seconds for trying, or a number of tries; ``kept`` is the share for the end.

    ``tell`` hears how far it is, also while something is under way, and may raise Stopped.
    """

    order: Order
    kept: float = 0.3
    tell: Progress = quiet
    started: float = field(default_factory=time.monotonic)
    tries: int = 0

    def spent(self) -> str:
        """Why there is no more; empty, and one is taken, while there is."""
        most, seconds = self.order.section.trials, self.order.section.budget_seconds
        if most is not None:
            if self.tries >= most:
                return f"All {most} tries are taken."
        elif time.monotonic() - self.started > self._end * (1 - self.kept) / (1 - self.kept / 2):
            return f"The {seconds:.0f} seconds are spent."
        self.tries += 1
        return ""

    @property
    def over(self) -> bool:
        """Whether what is under way has to end: half of what is kept is spent too."""
        late = time.monotonic() - self.started > self._end
        return late and self.order.section.trials is None

    @property
    def _end(self) -> float:
        """Seconds after which only what was found is measured, drawn, kept and told."""
        seconds = self.order.section.budget_seconds
        return seconds - max(self.kept / 2 * seconds, min(ENDING, seconds / 3))

    def watched(self, work: Callable[[], T], said: str, *, must: bool) -> T:
        """What ``work`` comes to. Raises Stopped, and Overdue when it has to end; both end it, but
        what ``must`` be ends with Stop alone."""

        def watch() -> None:
            self.tell(0.8 * self.share, said)
            if self.over and not must:
                raise Overdue

        return lanes.one(work, watch)

    @property
    def share(self) -> float:
        """How much is spent, from 0 to 1."""
        most, seconds = self.order.section.trials, self.order.section.budget_seconds
        whole = self.tries / most if most else (time.monotonic() - self.started) / seconds
        return min(1.0, whole)


def fitted(model: Model, learned: Learned, order: Order, matrix: Matrix | None = None) -> Any:
    """``model`` fitted on the rows of ``learned``, or on others like them.

    Raises ValueError when it cannot.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    means, encoder = means_of(order), learned.encoder
    build = model.build(encoder.features, order.task, seed=means.seed, threads=means.threads)
    with threadpool_limits(means.threads), calm():
        given = learned.matrix if matrix is None else matrix
        return model.fit(build, given, None, categories=encoder.categories)


def intervals(
    kinds: Mapping[str, Metric], predictions: Predictions, seed: int
) -> dict[str, Interval]:
    """Each metric with its interval; those undefined on these rows are left out."""
    found = Bootstrap(RESAMPLES, seed).intervals(kinds, predictions)
    return {kind: one for kind, one in found.items() if not np.isnan(one.value)}


def span(interval: Interval) -> Span:
    """The interval without its rows."""
    return Span(value=interval.value, low=interval.low, high=interval.high)


def spread(values: Sequence[float], n: int) -> Interval:
    """The mean of values from several draws, with their central 95 %."""
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(value=float(np.mean(values)), low=float(low), high=float(high), n=n)


def of_task(order: Order) -> dict[str, Metric]:
    """The metrics of the task, the primary one first."""
    kinds = sorted(METRICS, key=lambda kind: (kind != order.metric, kind))
    return {
        kind: METRICS[kind].of_brief(order.brief)
        for kind in kinds
        if order.task in METRICS[kind].tasks
    }


def scores_of(score: Floats, truth: Any, tools: Tools, rows: Codes | None = None) -> Path:
    """A Parquet file in tmp with row, fold, truth and score_0..; ``rows`` where not all."""
    names = {f"score_{i}": column for i, column in enumerate(score.T)}
    rows = np.arange(len(score)) if rows is None else rows
    table = pa.table({"row": rows, "fold": np.zeros_like(rows), "truth": truth} | names)
    path = tools.objects.new()
    pq.write_table(table, path, compression="zstd")
    return path


def store(model: FittedModel, run: Run, order: Order, tools: Tools, rows: int) -> str:
    """Keep a fitted model with the facts of its run; its name."""
    facts = {
        "project": order.project,
        "training": run.run_id.rpartition("-")[0],
        "run": run.run_id,
        "model": run.model,
        "label": run.label,
        "parameters": run.parameters,
        "development": order.split.development.sha256,
        "document_version": order.document_version,
        "rows": rows,
        "seed": order.section.seed,
    }
    return tools.models.save(model, facts)


def new_run() -> str:
    """A name for a training."""
    return uuid.uuid4().hex[:12]
