"""Everything one evaluation looks at: the rows, what the models say of them, the metrics."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.catalog import METRICS
from mll_core.domain.data import Split
from mll_core.domain.document import Document
from mll_core.domain.errors import TooFewRows
from mll_core.domain.metric import Metric
from mll_core.domain.task import Predictions, Task
from mll_core.domain.training import Interval, Training
from mll_core.infra import said, stored_rows
from mll_core.infra.bootstrap import Bootstrap, blocks
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.stored_rows import StoredRows

FEWEST_ROWS = 10


@dataclass(frozen=True)
class Order:
    """What is to be evaluated, on which files, and what was promised before."""

    training: Training
    split: Split
    document: Document
    document_version: int
    development: Path
    test: Path
    fitted: FittedModel
    baseline: FittedModel | None
    opening: int
    sealed_sha256: str
    sealed_at: str
    out_of_fold: Path | None = None
    data_version: str = ""
    """The raw data version; the shaped one stands in when it is not given."""


@dataclass(frozen=True, eq=False)
class Exam:
    """The order with its files scored.

    ``rows`` are the raw test records in the order of ``candidate``; ``held_out`` are the
    out-of-fold predictions of the winner on development rows, None when none were kept, and
    ``held_rows`` the places of these rows in the development file.
    """

    order: Order
    rows: StoredRows
    candidate: Predictions
    baseline: Predictions | None
    held_out: Predictions | None
    held_rows: NDArray[np.int64]
    metrics: Mapping[str, Metric]
    test_draws: Bootstrap
    held_draws: Bootstrap

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.order.training.task

    @property
    def metric(self) -> Metric:
        """The primary metric."""
        return self.metrics[self.order.training.metric]

    @property
    def data_version(self) -> str:
        """The data version every claim names."""
        return self.order.data_version or self.order.split.shaped.sha256

    def on(self, split: str) -> tuple[Predictions | None, Bootstrap]:
        """The candidate's predictions on the ``test`` or ``validation`` rows, and their draws."""
        if split == "test":
            return self.candidate, self.test_draws
        return self.held_out, self.held_draws

    def column(self, name: str, split: str) -> pd.Series:
        """A raw column on the ``test`` or ``validation`` rows."""
        if split == "test":
            return self.rows[name]
        whole = pd.read_parquet(self.order.development, columns=[name])[name]
        return whole.iloc[self.held_rows]


def sit(order: Order) -> Exam:
    """Read and score. Raises TooFewRows when fewer than 10 test rows can be judged."""
    rows = stored_rows.answered(order.fitted, order.test)
    if len(rows) < FEWEST_ROWS:
        what = f"Only {len(rows)} test rows have an answer the model knows."
        raise TooFewRows(what, hint="Collect more rows, or raise split.test_share.")
    held, held_rows = None, np.array([], dtype=np.int64)
    if order.out_of_fold is not None:
        held, held_rows = held_out(order.out_of_fold, order.fitted, order.training.task)
    section = order.document.evaluate
    return Exam(
        order=order,
        rows=rows,
        candidate=_said(order, rows),
        baseline=stored_rows.predictions(order.baseline, rows) if order.baseline else None,
        held_out=held,
        held_rows=held_rows,
        metrics=metrics_for(order),
        test_draws=Bootstrap(section.resamples, section.seed, together(order.split, rows)),
        held_draws=Bootstrap(section.resamples, section.seed, _held_together(order, held_rows)),
    )


def _said(order: Order, rows: StoredRows) -> Predictions:
    """What the candidate says, kept for whoever looks closer later."""

    def make() -> said.Said:
        return said.Said(rows.places, stored_rows.predictions(order.fitted, rows))

    return said.of(order.test, name_of(order.training), order.training.classes, make).cases


def name_of(training: Training) -> str:
    """Under which name the candidate's predictions are kept."""
    return training.model_sha256[:16]


def metrics_for(order: Order) -> dict[str, Metric]:
    """Every metric of the task that the brief says enough for, the primary one first."""
    brief, task, primary = order.document.brief, order.training.task, order.training.metric
    kinds = sorted(METRICS, key=lambda kind: (kind != primary, kind))
    return {
        kind: METRICS[kind].of_brief(brief)
        for kind in kinds
        if task in METRICS[kind].tasks and (kind == primary or METRICS[kind].usable(brief))
    }


def intervals(exam: Exam, predictions: Predictions, draws: Bootstrap) -> dict[str, Interval]:
    """Every metric with its interval; those undefined on these rows are left out."""
    found = draws.intervals(exam.metrics, predictions)
    return {kind: value for kind, value in found.items() if not np.isnan(value.value)}


def held_out(
    out_of_fold: Path, fitted: FittedModel, task: Task
) -> tuple[Predictions, NDArray[np.int64]]:
    """The out-of-fold predictions as the candidate would decide, and the places of their rows."""
    table = pd.read_parquet(out_of_fold)
    scores = [name for name in table.columns if name.startswith("score")]
    # Repeated folds score a row several times: the mean is its score.
    each = table.dropna(subset=scores).groupby("row", sort=True)[["truth", *scores]].mean()
    rows = each.index.to_numpy(np.int64)
    score = each[scores].to_numpy(np.float64)
    if not task.classifies:
        score = score[:, 0]
        return Predictions(each["truth"].to_numpy(np.float64), score, score), rows
    truth = each["truth"].to_numpy(np.int64)
    if score.shape[1] == 1:
        score = np.column_stack([1 - score, score])
    score = score if fitted.calibration is None else fitted.calibration.apply(score)
    return Predictions(truth, score, fitted.decide(score), fitted.classes), rows


def together(split: Split, rows: pd.DataFrame | StoredRows) -> NDArray[np.int64] | None:
    """What each row is drawn together with: its group, its block of time, or nothing."""
    if split.group_column is not None and split.group_column in rows:
        column = rows[split.group_column]
        return np.asarray(pd.factorize(column, use_na_sentinel=False)[0], dtype=np.int64)
    if split.time_column is None or split.time_column not in rows:
        return None
    codes = np.empty(len(rows), dtype=np.int64)
    codes[np.argsort(rows[split.time_column].to_numpy(), kind="stable")] = blocks(len(rows))
    return codes


def _held_together(order: Order, held_rows: NDArray[np.int64]) -> NDArray[np.int64] | None:
    column = order.split.group_column or order.split.time_column
    if column is None or not len(held_rows):
        return None
    return together(
        order.split, pd.read_parquet(order.development, columns=[column]).iloc[held_rows]
    )
