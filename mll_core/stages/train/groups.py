"""From an order to groups: compare ways, choose one, fit it on all rows, say what it found."""

import time
from pathlib import Path

import numpy as np

from mll_core.catalog import METRICS, MODELS
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.discovered import Grouping
from mll_core.domain.errors import Stopped
from mll_core.domain.model import Model
from mll_core.domain.task import Predictions
from mll_core.domain.training import Interval, Run, Training
from mll_core.infra import portraits
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import FittedModel
from mll_core.stages.train import grouping, pictures, unanswered
from mll_core.stages.train.choosing import Choice, choose
from mll_core.stages.train.diary import Diary, Shown
from mll_core.stages.train.grouping import Comparing, Way
from mll_core.stages.train.order import Order, Publish, Tools, ignore
from mll_core.stages.train.unanswered import Allowance, Found

SHUFFLED = "Columns shuffled"


def train(
    order: Order, tools: Tools, progress: Progress = quiet, publish: Publish = ignore
) -> Training:
    """Compare ways of grouping within the budget, and fit the chosen one on all rows.

    When a person presses Stop, what is finished is compared. Raises TooFewRows, UnfitRows,
    UnfitTarget when no groups are found, Stopped when nothing is finished.
    """
    started = time.monotonic()
    progress(0.0, "Reading the development rows")
    found = unanswered.read(order)
    run_id = unanswered.new_run()
    comparing = Comparing(order, found, Allowance(order, tell=progress))
    with Diary(tools.tracker, order, run_id) as diary:
        stopped = _search(comparing, run_id, progress, publish)
        null, base = _shuffled(comparing, f"{run_id}-0", tools)
        choice = choose(comparing.ways, order.metric, null)
        grouping.measured(comparing, unanswered.of_task(order))
        training = _conclude(comparing, choice, run_id, tools, base)
        for run in training.leaderboard:
            draws = {"stability": run.folds} if "stability" in run.metrics else {}
            diary.add(run, draws, now=False)
        seconds = time.monotonic() - started
        finished = training.model_copy(update={"seconds": seconds, "stopped": stopped})
        shown = Shown(pictures.of_groups(finished), found.rows)
        told = diary.close(finished, tools.models, shown)
    return told.model_copy(update={"seconds": time.monotonic() - started})


def _search(comparing: Comparing, run_id: str, progress: Progress, publish: Publish) -> bool:
    """Try and look again; whether a person stopped it."""
    order, done = comparing.order, 0
    try:
        for way in comparing.tries():
            done += 1
            share = 0.6 * comparing.allowance.share
            progress(share, f"{way.label}: silhouette {way.value:.2f}")
            publish(_board(comparing.ways, run_id, order))
        for way in comparing.steadies():
            progress(0.8, f"{way.label}: groups of other draws agree to {way.steady:.2f}")
    except Stopped:
        if not comparing.ways:
            raise
        for way in comparing.ways[: 0 if any(w.again for w in comparing.ways) else 1]:
            way.again.append(0.0)
        return True
    return False


def _board(ways: list[Way], run_id: str, order: Order) -> tuple[Run, ...]:
    greater = METRICS[order.metric].greater_is_better
    runs = [grouping.as_run(way, f"{run_id}-{i}", order) for i, way in enumerate(ways, 1)]
    known = [run for run in runs if not np.isnan(run.score.value)]
    return tuple(sorted(known, key=lambda run: run.score.value, reverse=greater))


def _shuffled(comparing: Comparing, run_id: str, tools: Tools) -> tuple[float, Run]:
    """What k-means reaches when each column is shuffled: groups that are not there."""
    order = comparing.order
    best = max((w for w in comparing.ways if w.again), key=lambda way: way.value)
    model = MODELS["k_means"].of(groups=max(2, best.number))
    started = time.monotonic()
    predictions, metrics = without_groups(model, comparing.found, order)
    score = metrics.get(order.metric, Interval(value=float("nan"), n=predictions.n))
    run = Run(
        run_id=run_id,
        model=model.kind,
        label=SHUFFLED,
        parameters=model.model_dump(mode="json", exclude={"kind"}) | {"shuffled": True},
        metric=order.metric,
        score=score,
        train_score=score.value,
        folds=(),
        metrics=metrics,
        seconds=time.monotonic() - started,
        baseline=True,
        out_of_fold=tools.objects.keep(judged_kept(predictions, comparing.found, tools)),
    )
    return metrics["silhouette"].value if "silhouette" in metrics else 0.0, run


def without_groups(
    model: Model, found: Found, order: Order
) -> tuple[Predictions, dict[str, Interval]]:
    """What ``model`` says of the judged rows once columns are shuffled, and the metrics."""
    matrix = shuffled(found.matrix, order.section.seed)
    groups = unanswered.fitted(model, found.learned, order, matrix)
    predictions = grouping.of_rows(groups, matrix[found.judged])
    kinds = {kind: m for kind, m in unanswered.of_task(order).items() if kind != "stability"}
    return predictions, unanswered.intervals(kinds, predictions, order.section.seed)


def judged_kept(judged: Predictions, found: Found, tools: Tools) -> Path:
    """A file in tmp with the group of every judged row."""
    codes = judged.score.argmax(axis=1)
    return unanswered.scores_of(judged.score, codes, tools, found.judged)


def all_kept(everything: Predictions, tools: Tools) -> Path:
    """A file in tmp with the group of every row."""
    codes = everything.score.argmax(axis=1)
    return unanswered.scores_of(everything.score, codes, tools)


def shuffled(matrix: Matrix, seed: int) -> Matrix:
    """The matrix with every column shuffled on its own: what it tells together is gone."""
    draw = np.random.default_rng((seed, 2))
    return np.column_stack([column[draw.permutation(len(matrix))] for column in matrix.T])


def _conclude(
    comparing: Comparing, choice: Choice, run_id: str, tools: Tools, base: Run
) -> Training:
    order, found, way = comparing.order, comparing.found, choice.way
    runs = {
        id(one): grouping.as_run(one, f"{run_id}-{i}", order)
        for i, one in enumerate(comparing.ways, 1)
    }
    everything = grouping.of_rows(way.groups, found.matrix)
    for one in comparing.ways:
        path = all_kept(everything, tools)
        if one is not way:
            path = judged_kept(one.predictions, found, tools)
        marks = {"out_of_fold": tools.objects.keep(path), "recommended": one is way}
        runs[id(one)] = runs[id(one)].model_copy(update=marks)
    mine = runs[id(way)]
    for one in choice.tied:
        runs[id(one)] = runs[id(one)].model_copy(update={"tied": True})
    ranked = sorted(
        (*runs.values(), base),
        key=lambda run: _place(run, order),
    )
    kept = unanswered.store(model_of(way, found, order), mine, order, tools, len(found.matrix))
    return Training(
        run_id=run_id,
        task=order.task,
        metric=order.metric,
        metric_reason=order.metric_reason,
        classes=way.groups.names,
        leaderboard=tuple(ranked),
        recommended=mine.run_id,
        reason=choice.reason,
        skipped=tuple(comparing.skipped),
        model_sha256=kept,
        features=found.learned.encoder.features,
        rows=len(found.matrix),
        grouping=told(choice, comparing.ways, found, everything),
    )


def _place(run: Run, order: Order) -> tuple[bool, float]:
    value = run.score.value
    sign = -1.0 if METRICS[order.metric].greater_is_better else 1.0
    return (np.isnan(value), 0.0 if np.isnan(value) else sign * value)


def model_of(way: Way, found: Found, order: Order) -> FittedModel:
    """What is stored: recipe, encoder and groups."""
    names = way.groups.names
    return FittedModel(
        transformer=found.learned.transformer,
        encoder=found.learned.encoder,
        estimator=way.groups,
        task=order.task,
        target=order.target,
        classes=names,
        class_values=names,
        excluded=order.excluded,
    )


def told(choice: Choice, ways: list[Way], found: Found, everything: Predictions) -> Grouping:
    """The groups in plain words, with what they were chosen from."""
    groups, codes = choice.way.groups, everything.score.argmax(axis=1)
    features = found.learned.encoder.features
    origin = [(features[int(at)], int(at)) for at in groups.space_.origin_]
    assert everything.space is not None  # groups are always found in a space
    steady = choice.way.metrics.get("stability")
    return Grouping(
        portraits=portraits.portraits(found.prepared, codes, groups.names),
        map=portraits.plane(everything.space, codes, groups.names, origin),
        tried=choice.tried(ways),
        stability=unanswered.span(steady) if steady else None,
        sentence=choice.reason,
    )
