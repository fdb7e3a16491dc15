"""Groups on the sealed rows: do they hold where they were not learned?"""

import numpy as np
import pandas as pd
from sklearn.base import clone

from mll_core.catalog import METRICS, task_of
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.discovered import Grouping
from mll_core.domain.finding import Advice, Finding, Severity
from mll_core.domain.report import Claim, Report
from mll_core.domain.stage import Stage
from mll_core.domain.task import Predictions
from mll_core.domain.training import Interval
from mll_core.infra import portraits
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.shares import wilson
from mll_core.stages.evaluate import unanswered
from mll_core.stages.evaluate.exam import Order

JUDGED = 2_000
RESAMPLES = 300
SAME = 0.6
MOVED = 0.1
PLAIN = ("silhouette", "davies_bouldin", "calinski_harabasz")


def evaluate(order: Order, progress: Progress = quiet) -> Report:
    """All the evidence about the groups, on rows they were not learned from, and the gate."""
    progress(0.0, "Putting the sealed rows into the groups")
    rows = pd.read_parquet(order.test)
    matrix, names = order.fitted.matrix(rows), order.fitted.classes
    draws = Bootstrap(min(RESAMPLES, order.document.evaluate.resamples))
    all_codes = np.asarray(order.fitted.estimator.predict(matrix), np.int64)
    drawn = _drawn(len(matrix))
    cases = _cases(order.fitted.estimator, matrix[drawn])
    progress(0.2, "Measuring, with intervals")
    test = _measured(draws, cases)
    progress(0.4, "Looking for the same groups in the sealed rows alone")
    test |= _anew(order, matrix, drawn, cases, draws)
    progress(0.7, "Comparing with columns that are shuffled")
    null = _shuffled(order, matrix, drawn, draws)
    metric = "silhouette"
    difference = _difference(test.get(metric), null.get(metric))
    winner = order.training.winner
    default = unanswered.better(
        task_of(order.document.brief, order.training.task).criterion, metric, difference
    )
    judged = unanswered.gate(order, test, winner.metrics, default)
    grouping = _told(order, rows, all_codes)
    progress(0.95, "Writing the report")
    kinds = (*test, *(c.metric for c in judged.criteria), order.training.metric)
    return Report(
        **unanswered.stamp(order, len(rows), order.training.metric),
        test=test,
        validation=winner.metrics,
        baseline=null,
        difference=difference,
        overfit=_held(winner.metrics.get(metric), test.get(metric)),
        claims=_claims(order, test, all_codes, names, grouping),
        gate=judged,
        advice=_advice(test, judged.passed),
        grouping=grouping,
        cards=unanswered.cards(kinds),
    )


def _drawn(n: int) -> "np.ndarray":
    return np.sort(np.random.default_rng(0).permutation(n)[:JUDGED])


def _cases(groups: object, matrix: Matrix) -> Predictions:
    score = groups.predict_proba(matrix)  # type: ignore[attr-defined]
    label = score.argmax(axis=1)
    if groups.rest:  # type: ignore[attr-defined]
        label = np.where(label == score.shape[1] - 1, -1, label)
    return Predictions(label, score, label, space=groups.space_.transform(matrix))  # type: ignore[attr-defined]


def _measured(draws: Bootstrap, cases: Predictions) -> dict[str, Interval]:
    found = draws.intervals({kind: METRICS[kind].of() for kind in PLAIN}, cases)
    return {kind: one for kind, one in found.items() if not np.isnan(one.value)}


def _anew(
    order: Order, matrix: Matrix, drawn: "np.ndarray", cases: Predictions, draws: Bootstrap
) -> dict[str, Interval]:
    """How far groups learned from the sealed rows alone are the same as those of the model."""
    try:
        anew = clone(order.fitted.estimator).fit(matrix)
    except ValueError:
        return {"stability": Interval(value=0.0, low=0.0, high=0.0, n=len(drawn))}
    both = Predictions(anew.predict(matrix[drawn]), cases.score, cases.label)
    return draws.intervals({"stability": METRICS["stability"].of()}, both)


def _shuffled(
    order: Order, matrix: Matrix, drawn: "np.ndarray", draws: Bootstrap
) -> dict[str, Interval]:
    """The same number of groups looked for where each column is shuffled: there are none."""
    draw = np.random.default_rng(order.document.evaluate.seed)
    mixed = np.column_stack([column[draw.permutation(len(matrix))] for column in matrix.T])
    try:
        groups = clone(order.fitted.estimator).fit(mixed)
    except ValueError:
        return {"silhouette": Interval(value=0.0, low=0.0, high=0.0, n=len(drawn))}
    return _measured(draws, _cases(groups, mixed[drawn]))


def _difference(mine: Interval | None, null: Interval | None) -> Interval:
    """The lead over shuffled columns; both are of different rows, so their spreads add up."""
    if mine is None:
        return Interval(value=float("nan"))
    if null is None:
        null = Interval(value=0.0, low=0.0, high=0.0)
    value = mine.value - null.value
    below = np.hypot(mine.value - mine.low, null.high - null.value)
    above = np.hypot(mine.high - mine.value, null.value - null.low)
    return Interval(value=value, low=value - float(below), high=value + float(above), n=mine.n)


def _told(order: Order, rows: pd.DataFrame, codes: "np.ndarray") -> Grouping:
    fitted, learned = order.fitted, order.training.grouping
    known = [column.column for column in fitted.encoder.columns]
    prepared = fitted.transformer.transform(rows)[known]
    found = portraits.portraits(prepared, codes, fitted.classes)
    before = {one.name: one.share for one in learned.portraits} if learned else {}
    moved = max((abs(one.share - before.get(one.name, 0.0)) for one in found), default=0.0)
    word = "are as large" if moved < MOVED else "differ in size"
    return Grouping(
        portraits=found,
        sentence=f"The groups {word} among the sealed rows: no share moved by more than "
        f"{100 * moved:.1f} points.",
    )


def _held(before: Interval | None, now: Interval | None) -> Finding:
    if before is None or now is None:
        what = "The groups could not be compared with those of the rows they were learned from."
        return Finding(code="overfit", severity=Severity.CHECK, sentence=what)
    lost = before.value - now.value
    holds = lost <= max(0.05, before.value - before.low + now.high - now.value)
    said = (
        f"Silhouette {now.value:.2f} on the sealed rows, {before.value:.2f} on those learned from"
    )
    word = "the groups hold where they were not learned" if holds else "the groups do not hold"
    return Finding(
        code="overfit",
        severity=Severity.OK if holds else Severity.PROBLEM,
        sentence=f"{said}: {word}.",
        numbers={"lost": lost},
    )


def _claims(
    order: Order,
    test: dict[str, Interval],
    codes: "np.ndarray",
    names: tuple[str, ...],
    grouping: Grouping,
) -> tuple[Claim, ...]:
    version, n = unanswered.data_version(order), len(codes)
    made = []
    for kind, text in (
        ("silhouette", "Rows lie nearer to their own group than to the next: silhouette {}"),
        ("stability", "Groups learned from the sealed rows alone are the same to {}"),
    ):
        if kind in test:
            one = test[kind]
            said = f"{text.format(f'{one.value:.2f}')} ({one.low:.2f} to {one.high:.2f})."
            made.append(
                Claim(
                    sentence=said, value=one.value, low=one.low, high=one.high, split="test",
                    n=one.n, data_version=version,
                )
            )  # fmt: skip
    for portrait in grouping.portraits:
        share = wilson(portrait.rows, n)
        made.append(
            Claim(
                sentence=portrait.sentence, value=share.value, low=share.low, high=share.high,
                split="test", n=n, data_version=version,
            )
        )  # fmt: skip
    return tuple(made)


def _advice(test: dict[str, Interval], passed: bool) -> tuple[Advice, ...]:
    steady = test.get("stability")
    found = []
    if steady is not None and steady.value < SAME:
        what = (
            f"The sealed rows alone give other groups (agreement {steady.value:.2f}): look for "
            "fewer groups, or leave out columns that say nothing."
        )
        said = f"Asked for is {SAME:g} or more, on {steady.n:,} rows."
        found.append(Advice(stage=Stage.TRAIN, sentence=what, evidence=said, edit="train.models"))
    if not passed:
        what = "Choose the columns that the groups shall be about; others only blur them."
        found.append(Advice(stage=Stage.PREPARE, sentence=what, edit="prepare.exclude"))
    return tuple(found)
