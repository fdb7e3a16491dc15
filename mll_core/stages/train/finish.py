"""From an order to a training: read, search, rank, fit the winner on all rows, keep it."""

import uuid
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import Stopped, UnfitTarget
from mll_core.domain.inside import Inside
from mll_core.domain.training import Run, Training
from mll_core.infra import cluster, inside
from mll_core.infra.fitted_model import FittedModel
from mll_core.stages.train import ensembles, pictures
from mll_core.stages.train import rows as development
from mll_core.stages.train.ahead import NOTHING, Ahead
from mll_core.stages.train.clock import Budget, Clock, Count
from mll_core.stages.train.diary import Diary, Shown
from mll_core.stages.train.entry import Entry, as_run
from mll_core.stages.train.full import Full
from mll_core.stages.train.honing import Honed
from mll_core.stages.train.journal import Journal
from mll_core.stages.train.last import Fitted, Last
from mll_core.stages.train.last_fit import fit_last, means_of
from mll_core.stages.train.order import Order, Publish, Tools, ignore
from mll_core.stages.train.outlook import outlook
from mll_core.stages.train.ranking import Standing, Verdict, judge
from mll_core.stages.train.rows import Learned, Rows
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.search import Search


def train(
    order: Order, tools: Tools, progress: Progress = quiet, publish: Publish = ignore
) -> Training:
    """Try models on the same folds within the budget, and fit the winner on all rows.

    When a person presses Stop, what is finished is kept; raises Stopped when nothing is. The same
    order after a Stop, or after its process died, goes on with what was found. Raises
    UnknownColumn, UnfitTarget, UnfitRows, TooFewRows, and what the recipe raises.
    """
    started = tools.now()
    progress(0.0, "Reading the development rows")
    rows = development.read(order)
    begun = tools.now()
    parts = development.parts(rows, order, progress)
    ahead = Ahead.of(rows, parts, tools.now() - begun, order.section)
    _refuse_unknown(order, rows, parts)
    card = Scorecard(order, rows, parts)
    search = search_of(card, tools, progress, started, ahead)
    board = Board(uuid.uuid4().hex[:12], order, card)
    with Diary(tools.tracker, order, board.run_id) as diary, closing(cluster):
        for entry in search.run():
            board.add(entry, tools)
            diary.add(board.runs[-1], entry.scored.by_fold, now=search.toured)
            publish(board.ranked()[0])
        if search.best is None:
            _nothing(search)
        for entry in ensembles.of(search):
            board.add(entry, tools)
            diary.add(board.runs[-1], entry.scored.by_fold, now=True)
            publish(board.ranked()[0])
        last = Last(rows, order, tools, ahead, search, progress)
        training, seconds = _conclude(board, last)
        training = _looked_on(training, board, Full(last, training.fitted, seconds))
        finished = training.model_copy(update={"seconds": tools.now() - started})
        best = card.pooled(board.entry(finished.recommended).trial)
        shown = Shown(pictures.of(finished, card.truth, best), rows.table)
        told = diary.close(finished, tools.models, shown)
    if not search.stopped:
        search.journal.close()
    return told.model_copy(update={"seconds": tools.now() - started})


def search_of(
    card: Scorecard, tools: Tools, progress: Progress, started: float, ahead: Ahead = NOTHING
) -> Search:
    """A search of what the order asks; the budget counts from ``started``, less what is kept."""
    order, section, parts = card.order, card.order.section, card.parts
    means = ahead.means(means_of(order, tools.now), parts, section)
    journal = Journal(tools.objects, order, parts, means)
    spent = journal.spent
    clock: Budget = Clock(section.budget_seconds, started - spent, tools.now, ahead.seconds)
    if section.trials is not None:
        clock = Count(section.trials)
    return Search(order, parts, card, means, clock, journal, progress)


def _refuse_unknown(order: Order, rows: Rows, parts: Sequence[development.Part]) -> None:
    """Columns that something is demanded of: as they came, or as stage 3 leaves them."""
    made = {feature.source for part in parts for feature in part.learned.encoder.features}
    order.section.expectations.refuse_unknown([*rows.table.column_names, *sorted(made)])


class Board:
    """The leaderboard while it fills."""

    def __init__(self, run_id: str, order: Order, card: Scorecard) -> None:
        self.run_id, self._order, self._card = run_id, order, card
        self.runs: list[Run] = []
        self._entries: dict[str, Entry] = {}
        self._timed = order.section.trials is None  # else the machine's speed decides nothing

    def add(self, entry: Entry, tools: Tools) -> None:
        """A finished entry, with its out-of-fold predictions kept."""
        run = as_run(entry, self.run_id, self._order.metric)
        kept = tools.objects.keep(out_of_fold(entry, self._card, tools))
        self.runs.append(run.model_copy(update={"out_of_fold": kept}))
        self._entries[run.run_id] = entry

    def entry(self, run_id: str) -> Entry:
        """The entry of a run."""
        return self._entries[run_id]

    def ranked(self, untried: int = 0) -> tuple[tuple[Run, ...], Verdict]:
        """The runs best first, with ties and the winner marked."""
        standings = [
            Standing(
                run.run_id,
                run.label,
                self._entries[run.run_id].scored.spread,
                self._entries[run.run_id].model.complexity,
                run.milliseconds_per_row if self._timed else 0.0,
                run.baseline,
            )
            for run in self.runs
        ]
        greater = self._card.primary.greater_is_better
        verdict = judge(
            standings,
            self._card.overlap,
            greater=greater,
            untried=untried,
            simplest=self._order.section.recommend == "simplest",
        )
        known = {run.run_id: run for run in self.runs}
        return tuple(_marked(known[run_id], verdict) for run_id in verdict.order), verdict


def out_of_fold(entry: Entry, card: Scorecard, tools: Tools) -> Path:
    """A Parquet file in tmp: row, fold, truth, score_0.. or score; by row, each row once.

    ``row`` counts the development rows that have a target. With repeats, the first one.
    """
    score = card.pooled(entry.trial)
    columns = [score] if score.ndim == 1 else list(score.T)
    names = ["score"] if score.ndim == 1 else [f"score_{i}" for i in range(len(columns))]
    fold = np.repeat(np.arange(len(card.once)), [len(part.rows) for part in card.once])
    by = np.argsort(card.rows, kind="stable")
    table = pa.table(
        {"row": card.places[by], "fold": fold[by], "truth": card.truth[by]}
        | {name: column[by] for name, column in zip(names, columns, strict=True)}
    )
    path = tools.objects.new()
    pq.write_table(table, path, compression="zstd")
    return path


def _conclude(board: Board, last: Last) -> tuple[Training, float]:
    """The training without what would help, and the seconds that its last fit took."""
    search, order = last.search, last.order
    runs, verdict = board.ranked(search.late)
    winner = board.entry(verdict.winner)
    honed = Honed.of(winner, search.card)
    fitted = last.fit(winner.trial)
    kept = _keep(board, winner, honed.hone(fitted.model), last)
    rows = fitted.said or last.ahead.said(last.rows, fitted.rows)
    training = Training(
        run_id=board.run_id,
        task=order.task,
        metric=order.metric,
        metric_reason=order.metric_reason,
        classes=last.rows.classes.names,
        leaderboard=runs,
        recommended=verdict.winner,
        reason=verdict.reason,
        skipped=(*search.skipped, *rows),
        model_sha256=kept,
        baseline_sha256=_baseline(board, runs, fitted, last),
        threshold=honed.threshold,
        threshold_reason=honed.why,
        calibrated=honed.calibrated,
        covered=honed.covered,
        features=fitted.learned.encoder.features,
        rows=last.rows.total,
        fitted=fitted.rows,
        hurried=bool(fitted.why),
        overlap=search.card.overlap,
        stopped=search.stopped,
        inside=_inside(winner, kept, fitted.learned, last.tools),
    )
    return training, fitted.seconds


def _looked_on(training: Training, board: Board, full: Full) -> Training:
    """With what would help, as far as there is time; nothing once somebody presses Stop."""
    search = full.last.search
    if search.stopped:
        return training
    try:
        seen = outlook(search, board.entry(training.recommended), full)
    except Stopped:
        search.stopped = True
        return training.model_copy(update={"stopped": True})
    return training.model_copy(update={"learning_curve": seen.curve, "helps": seen.helps})


def _inside(winner: Entry, kept: str, learned: Learned, tools: Tools) -> Inside | None:
    if not winner.model.interpretable:
        return None
    return inside.of(tools.models.load(kept), learned.matrix)


def _baseline(board: Board, runs: Sequence[Run], fitted: Fitted, last: Last) -> str | None:
    """The best baseline fitted on the same rows and kept; None where none was tried."""
    best = next((run for run in runs if run.baseline), None)
    if best is None:
        return None
    entry = board.entry(best.run_id)
    model = fit_last(entry.trial, fitted.learned, last.rows, last.order)
    return _keep(board, entry, Honed.of(entry, last.search.card).hone(model), last)


def _keep(board: Board, entry: Entry, model: FittedModel, last: Last) -> str:
    order = last.order
    facts = {
        "project": order.project,
        "training": board.run_id,
        "run": f"{board.run_id}-{entry.number}",
        "model": entry.model.kind,
        "label": entry.trial.candidate.label,
        "parameters": entry.trial.candidate.parameters,
        "development": order.split.development.sha256,
        "document_version": order.document_version,
        "rows": last.rows.total,
        "seed": order.section.seed,
    }
    return last.tools.models.save(model, facts)


def _marked(run: Run, verdict: Verdict) -> Run:
    marks = {
        "tied": run.run_id in verdict.tied,
        "recommended": run.run_id == verdict.winner,
        "behind": verdict.behind.get(run.run_id),
    }
    return run.model_copy(update=marks)


def _nothing(search: Search) -> None:
    if search.stopped:
        hint = "Start again, and let at least one model finish."
        raise Stopped("Training was stopped before a model had finished.", hint=hint)
    reasons: Sequence[str] = [f"{s.model}: {s.reason}" for s in search.skipped]
    hint = "Give it more time in train.budget_seconds, or choose other models."
    raise UnfitTarget(" ".join(["No model finished.", *reasons]), hint=hint)
