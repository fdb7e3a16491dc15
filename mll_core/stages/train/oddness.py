"""From an order to a queue: compare detectors, choose one, fit it on all rows, say what is odd."""

import time
from pathlib import Path

import numpy as np
import pandas as pd

from mll_core.catalog import METRICS
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.discovered import Oddness
from mll_core.domain.errors import Stopped
from mll_core.domain.training import Run, Training
from mll_core.infra import oddities, warehouse
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.fitted_model import FittedModel
from mll_core.stages.train import detecting, pictures, unanswered
from mll_core.stages.train.detecting import Comparing, Detector
from mll_core.stages.train.diary import Diary, Shown
from mll_core.stages.train.order import Order, Publish, Tools, ignore
from mll_core.stages.train.unanswered import Allowance

USUAL, ODD = "usual", "odd"


def train(
    order: Order, tools: Tools, progress: Progress = quiet, publish: Publish = ignore
) -> Training:
    """Compare detectors within the budget, and fit the chosen one on all rows.

    What is known of some rows is used to compare, never to learn. Raises TooFewRows, UnfitRows,
    UnfitTarget when no detector finishes, Stopped when nothing is finished.
    """
    started = time.monotonic()
    progress(0.0, "Reading the development rows")
    comparing = comparing_of(order, progress)
    run_id, stopped = unanswered.new_run(), False
    with Diary(tools.tracker, order, run_id) as diary:
        try:
            for detector in comparing.tries():
                progress(0.8 * comparing.allowance.share, f"{detector.label}: looked at all rows")
                publish(_board(comparing, run_id))
        except Stopped:
            stopped = True
            if not any(not one.baseline for one in comparing.detectors):
                raise
        progress(0.9, "Fitting on all rows")
        training = _conclude(comparing, run_id, tools)
        for run in training.leaderboard:
            diary.add(run, {}, now=False)
        seconds = time.monotonic() - started
        finished = training.model_copy(update={"seconds": seconds, "stopped": stopped})
        best = next(run.label for run in finished.leaderboard if run.recommended)
        score = next(one.score for one in comparing.detectors if one.label == best)
        shown = Shown(
            pictures.of_queue(score, comparing.known, comparing.share), comparing.found.rows
        )
        told = diary.close(finished, tools.models, shown)
    return told.model_copy(update={"seconds": time.monotonic() - started})


def comparing_of(order: Order, tell: Progress = quiet) -> Comparing:
    """The rows, what is known of them, and nothing tried yet. Raises TooFewRows, UnfitRows."""
    found = unanswered.read(order)
    known = detecting.known_codes(found.labels, order.brief.positive, len(found.matrix))
    share = detecting.share_of(order.brief, len(found.matrix))
    return Comparing(order, found, Allowance(order, 0.2, tell), known, share)


def _board(comparing: Comparing, run_id: str) -> tuple[Run, ...]:
    metric = comparing.metric
    runs = [
        detecting.as_run(one, f"{run_id}-{i}", metric)
        for i, one in enumerate(comparing.detectors, 1)
    ]
    return tuple(sorted(runs, key=_place))


def _place(run: Run) -> tuple[bool, float]:
    value = run.score.value
    return (bool(np.isnan(value)), 0.0 if np.isnan(value) else -value)


def _chosen(comparing: Comparing) -> tuple[Detector, list[Detector]]:
    """The simplest that cannot be told from the best, and all that cannot."""
    metric = comparing.metric
    learned = [one for one in comparing.detectors if not one.baseline]
    best = max(learned, key=lambda one: _value(one, metric))
    tied = [one for one in learned if one is best or _level(one, best, comparing)]
    return min(tied, key=lambda one: one.model.complexity if one.model else 0), tied


def _value(detector: Detector, metric: str) -> float:
    found = detector.metrics.get(metric)
    return found.value if found else -np.inf


def _level(one: Detector, best: Detector, comparing: Comparing) -> bool:
    metric, draws = comparing.metric, Bootstrap(unanswered.RESAMPLES, comparing.order.section.seed)
    judge = METRICS[metric].of()
    pair = [best.both, one.both]
    if metric != "queue_overlap":
        told, share = comparing.known >= 0, comparing.share
        judge = detecting.judging(comparing.order, share)[metric]
        scores = (best.score[told], one.score[told])
        pair = [detecting.labelled(score, comparing.known[told], share) for score in scores]
    return draws.difference(judge, *pair).low <= 0


def _conclude(comparing: Comparing, run_id: str, tools: Tools) -> Training:
    order, found, metric = comparing.order, comparing.found, comparing.metric
    chosen, tied = _chosen(comparing)
    runs = {id(one): run for one, run in _numbered(comparing, run_id)}
    kept, model = _keep(chosen, runs[id(chosen)], comparing, tools)
    for one in comparing.detectors:
        marks = {"out_of_fold": tools.objects.keep(scores_kept(one, comparing, tools))}
        runs[id(one)] = runs[id(one)].model_copy(update=marks)
    baseline = next((d for d in comparing.detectors if d.baseline and d.model), None)
    base = _keep(baseline, runs[id(baseline)], comparing, tools)[0] if baseline else None
    runs[id(chosen)] = runs[id(chosen)].model_copy(update={"recommended": True})
    for one in tied:
        runs[id(one)] = runs[id(one)].model_copy(update={"tied": True})
    mine = runs[id(chosen)]
    return Training(
        run_id=run_id,
        task=order.task,
        metric=metric,
        metric_reason=order.metric_reason if metric == order.metric else _TOO_FEW,
        classes=model.classes,
        leaderboard=tuple(sorted(runs.values(), key=_place)),
        recommended=mine.run_id,
        reason=_reason(chosen, tied, metric) + _beside_chance(chosen, comparing),
        skipped=tuple(comparing.skipped),
        model_sha256=kept,
        baseline_sha256=base,
        threshold=model.threshold,
        threshold_reason=_why(comparing),
        features=found.learned.encoder.features,
        rows=len(found.matrix),
        oddness=_told(chosen, comparing, model),
    )


_TOO_FEW = (
    "Too few odd rows are known to compare by, so what counts is how much of the queue stays."
)


def _numbered(comparing: Comparing, run_id: str) -> list[tuple[Detector, Run]]:
    metric = comparing.metric
    return [
        (one, detecting.as_run(one, f"{run_id}-{i}", metric))
        for i, one in enumerate(comparing.detectors, 1)
    ]


def _keep(
    detector: Detector, run: Run, comparing: Comparing, tools: Tools
) -> tuple[str, FittedModel]:
    order, model = comparing.order, model_of(detector, comparing)
    return unanswered.store(model, run, order, tools, len(comparing.found.matrix)), model


def scores_kept(detector: Detector, comparing: Comparing, tools: Tools) -> Path:
    """A file in tmp with how odd every row is, by a detector that had not learned from it."""
    score = np.column_stack([1 - detector.score, detector.score])
    return unanswered.scores_of(score, np.maximum(comparing.known, 0), tools)


def model_of(detector: Detector, comparing: Comparing) -> FittedModel:
    """The detector fitted on all rows, with recipe, encoder and the length of the queue."""
    order, found = comparing.order, comparing.found
    assert detector.model is not None  # a random queue is not kept
    classes = _classes(comparing)
    return FittedModel(
        transformer=found.learned.transformer,
        encoder=found.learned.encoder,
        estimator=unanswered.fitted(detector.model, found.learned, order),
        task=order.task,
        target=order.target,
        classes=tuple(str(value) for value in classes),
        class_values=classes,
        positive=str(classes[1]),
        threshold=1.0 - comparing.share,
        excluded=order.excluded,
    )


def _classes(comparing: Comparing) -> tuple[object, ...]:
    """The values of the column that says what is known; else two words."""
    labels, known = comparing.found.labels, comparing.known
    if labels is None or not ((known == 0).any() and (known == 1).any()):
        return (USUAL, ODD)
    from mll_core.infra.target_values import Classes

    classes = Classes.of(labels, comparing.order.task, comparing.order.brief.positive)
    return classes.values


def _reason(chosen: Detector, tied: list[Detector], metric: str) -> str:
    label, found = METRICS[metric].label.lower(), chosen.metrics[metric]
    said = f"{label.capitalize()} {found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
    if len(tied) > 1:
        others = ", ".join(one.label for one in tied if one is not chosen)
        said += f"; {others} cannot be told from it, and it is the simplest"
    if metric == "queue_overlap":
        said += ". That says the queue is steady, not that it is right: nobody has said which are"
    return f"{said}."


def _beside_chance(chosen: Detector, comparing: Comparing) -> str:
    chance = next((one for one in comparing.detectors if one.model is None), None)
    if chance is None or not _level(chance, chosen, comparing):
        return ""
    return " It is not shown to be better than a random queue."


def _why(comparing: Comparing) -> str:
    capacity, share = comparing.order.brief.capacity, comparing.share
    if capacity.share is None:
        return f"No capacity is stated, so the oddest {100 * share:.2g} % are in the queue."
    return (
        f"{capacity.count:,} of {capacity.cases_per_period:,} cases a {capacity.period} can be "
        f"looked at: the oddest {100 * share:.2g} %."
    )


def _told(chosen: Detector, comparing: Comparing, model: FittedModel) -> Oddness:
    frame: pd.DataFrame = warehouse.to_pandas(
        warehouse.arrow(f"FROM {warehouse.ROWS}", comparing.order.development)
    )
    usual = frame.iloc[comparing.found.judged]
    shown, columns = oddities.queue(model, frame, chosen.score, usual)
    threshold = 1.0 - comparing.share
    rows, n = int((chosen.score >= threshold).sum()), len(frame)
    known = comparing.known
    return Oddness(
        share=comparing.share,
        rows=rows,
        of=n,
        threshold=threshold,
        queue=shown,
        columns=columns,
        labelled=int((known >= 0).sum()),
        positives=int((known == 1).sum()),
        sentence=f"{rows:,} of {n:,} rows are in the queue. {_why(comparing)}",
        honest=honest(int((known == 1).sum()), int((known >= 0).sum())),
    )


def honest(positives: int, labelled: int) -> str:
    """What can be said of how good the queue is."""
    if not labelled:
        return (
            "Nobody has said of any row whether it is really odd, so it cannot be said how many "
            "of the queue are worth a look. Look at some and keep what you find in a column."
        )
    if positives < detecting.FEWEST_KNOWN:
        return (
            f"Only {positives} rows are known to be odd: too few to say how good the queue is. "
            "Look at more of it and keep what you find."
        )
    return (
        f"{positives:,} of {labelled:,} rows with a known answer are odd; the queue is judged by "
        "them."
    )
