"""Ways to be fairer tried on the folds of training: what they do to the gaps, and their price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mll_core.bench import Bench
from mll_core.catalog import METRICS, MITIGATIONS
from mll_core.domain.connector import Progress
from mll_core.domain.errors import MllError, Stopped, UnfitTarget, UnknownColumn
from mll_core.domain.fairness import DEFINITIONS, RATES
from mll_core.domain.group_cuts import Hits
from mll_core.domain.metric import Metric
from mll_core.domain.mitigation import Groups, Known, Mitigated, Mitigation, Moved, Tried
from mll_core.domain.task import Floats, Form, Predictions, Task
from mll_core.domain.worth import Change
from mll_core.stages.evaluate import Cases, groups_of, parities
from mll_core.stages.train import Part, Yardstick, calm, choose, means_of, quick
from mll_core.worth.measuring import Measuring

ENOUGH = 50
"""Rows from which a group is one of its own; others are taken together."""
FEWEST = 2_000
_PRICES = ("accuracy", "expected_value")


@dataclass(frozen=True, eq=False)
class Field:
    """The folds of the first repeat, with the group of every row."""

    yardstick: Yardstick
    parts: Sequence[Part]
    column: str
    names: tuple[str, ...]
    learned: Sequence[Groups]
    judged: Sequence[Groups]
    share: float = 1.0
    """Of the rows so much is learned from by what learns again and again."""

    def part(self, share: float) -> "Field":
        """The same, learning from fewer rows where time is short, though from 2,000 at least."""
        least = FEWEST / max(1, *(len(groups) for groups in self.learned))
        return replace(self, share=min(1.0, max(least, share)))

    def chosen(self, fold: int) -> NDArray[np.int64]:
        """The places of the rows that a fold is learned from, drawn by chance, in their order."""
        n = len(self.learned[fold])
        order = np.random.default_rng((fold, n)).permutation(n)
        return np.sort(order[: max(1, round(self.share * n))])


@dataclass(frozen=True, eq=False)
class Outcome:
    """Out of fold: scores and calls, fold by fold."""

    scores: Sequence[Floats]
    called: Sequence[Hits]


def attempt(
    bench: Bench, measuring: Measuring, column: str, ways: Sequence[Mitigation] = ()
) -> Mitigated:
    """Every mitigation, or only ``ways``, for one protected column, as far as the time goes.

    Raises UnknownColumn, UnfitTarget unless there are two classes, and what preparing raises.
    """
    # Small trees also where lines were recommended: they take missing values and weights.
    yardstick = replace(measuring.yardstick, model=quick(Task.BINARY))
    if yardstick.order.task.form is not Form.TWO:
        hint = "Look at the groups on Evaluate, and at the columns that stand in for them."
        raise UnfitTarget("Mitigations are for answers of yes or no.", hint=hint)
    field = _field(yardstick, column, bench.progress)
    before = measuring.left
    plain = _outcome(Plain(), field)
    once = before - measuring.left
    made: list[Tried] = []
    left_out: list[str] = []
    ways = ways or list(_ways())
    for number, mitigation in enumerate(ways):
        label = _label(mitigation)
        bench.progress(0.2 + 0.8 * number / len(ways), label)
        if measuring.left < 0:
            left_out.append(f"{label}: there was no time left.")
            continue
        heavy = sum(way.cost for way in ways[number:] if way.cost > 1) * once
        part = field.part(measuring.left / heavy) if mitigation.cost > 1 and heavy > 0 else field
        try:
            made.append(_tried(mitigation, part, plain, _outcome(mitigation, part, plain)))
        except Stopped:
            raise
        except (MllError, ValueError) as error:
            left_out.append(f"{label}: {error}")
        bench.publish({"lines": [one.sentence for one in made]})
    scores = _by_fold(field, plain, METRICS[yardstick.order.metric].of_brief(yardstick.order.brief))
    return Mitigated(
        column=column,
        metric_label=measuring.label,
        model=yardstick.model.label,
        score=yardstick.told(scores),
        tried=tuple(made),
        left_out=tuple(left_out),
    )


class Plain(Mitigation):
    """Nothing is done: what the others are compared with."""

    label: ClassVar[str] = "As it is"
    kind: Literal["plain"] = "plain"


def _ways() -> Iterator[Mitigation]:
    """Each mitigation, with each goal it may have; the cheap ones first."""
    for cls in sorted(MITIGATIONS.values(), key=lambda cls: cls.cost):
        goal = cls.parameters().get("goal")
        each = [{"goal": one} for one in get_args(goal.annotation)] if goal else [{}]
        yield from (cls.of(**given) for given in each)


def _label(mitigation: Mitigation) -> str:
    goal = getattr(mitigation, "goal", None)
    return f"{mitigation.label}: {DEFINITIONS[goal].label.lower()}" if goal else mitigation.label


def _field(yardstick: Yardstick, column: str, tell: Progress) -> Field:
    rows, order = yardstick.rows, yardstick.order
    there = rows.table.column_names
    if column not in there:
        raise UnknownColumn.named(column, where="column", among=there)
    groups = groups_of(rows.table.column(column).to_pandas())
    few = [code for code in range(len(groups.names)) if (groups.codes == code).sum() < ENOUGH]
    codes = np.where(np.isin(groups.codes, few), len(groups.names), groups.codes)
    cuts = rows.cuts[: order.split.folds]
    return Field(
        yardstick,
        yardstick.once(tell),
        column,
        (*groups.names, "others"),
        [codes[learned] for learned, _ in cuts],
        [codes[judged] for _, judged in cuts],
    )


def _outcome(mitigation: Mitigation, field: Field, plain: Outcome | None = None) -> Outcome:
    """``plain``: what is known already of a model that learns as usual."""
    as_usual = type(mitigation).fit is Mitigation.fit
    scores = plain.scores if plain and as_usual else list(_scores(mitigation, field))
    called = [_called(mitigation, field, scores, fold) for fold in range(len(scores))]
    return Outcome(scores, called)


def _scores(mitigation: Mitigation, field: Field) -> Iterator[Floats]:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    means, model = means_of(field.yardstick.order), field.yardstick.model
    for fold, (part, group) in enumerate(zip(field.parts, field.learned, strict=True)):
        some, matrix = field.chosen(fold), part.learned.matrix
        features = part.learned.encoder.features
        estimator = model.build(features, means.task, seed=means.seed, threads=means.threads)
        with threadpool_limits(means.threads), calm():
            hit = np.asarray(part.learned.truth)[some] == 1
            matrix = matrix if len(some) == len(group) else matrix[some]
            fitted = mitigation.fit(estimator, matrix, hit, group[some])
        yield np.asarray(fitted.predict_proba(part.judged)[:, 1], np.float64)


def _called(mitigation: Mitigation, field: Field, scores: Sequence[Floats], fold: int) -> Hits:
    """Each fold is decided by what the other folds told; a single one by itself."""
    brief = field.yardstick.order.brief
    others = [i for i in range(len(scores)) if i != fold] or [fold]
    known = Known(
        np.concatenate([scores[i] for i in others]),
        np.concatenate([np.asarray(field.parts[i].judged_truth) == 1 for i in others]),
        np.concatenate([field.judged[i] for i in others]),
    )

    def cut(hit: Hits, score: Floats) -> float:
        return choose(brief, hit, score)[0]

    return mitigation.decide(known, scores[fold], field.judged[fold], cut)


def _tried(mitigation: Mitigation, field: Field, plain: Outcome, found: Outcome) -> Tried:
    yardstick = field.yardstick
    brief = yardstick.order.brief
    kinds = dict.fromkeys((yardstick.order.metric, *_PRICES))
    usable = [k for k in kinds if k == yardstick.order.metric or METRICS[k].usable(brief)]
    changes = {kind: _change(field, plain, found, METRICS[kind].of_brief(brief)) for kind in usable}
    before, after = _gaps(field, plain), _gaps(field, found)
    gaps = tuple(
        Moved(definition=code, before=before[code], after=after[code])
        for code in before
        if code in after
    )
    label = _label(mitigation)
    if field.share < 1:
        label += f" (learned from {100 * field.share:.0f} % of the rows, for time)"
    return Tried(
        mitigation=mitigation.kind,
        label=label,
        gaps=gaps,
        score=changes[yardstick.order.metric],
        right=changes["accuracy"],
        money=changes.get("expected_value"),
        sentence=_sentence(label, gaps, changes, yardstick),
    )


def _change(field: Field, plain: Outcome, found: Outcome, metric: Metric) -> Change:
    change = field.yardstick.change(_by_fold(field, found, metric), _by_fold(field, plain, metric))
    sign = field.yardstick.sign
    told = {"with_it": sign * change.with_it, "without": sign * change.without}
    turn = 1.0 if metric.greater_is_better else -1.0
    return change.model_copy(update={name: turn * value for name, value in told.items()})


def _by_fold(field: Field, outcome: Outcome, metric: Metric) -> Floats:
    """The metric on each fold; more is better."""
    sign = 1.0 if metric.greater_is_better else -1.0
    return np.array([sign * metric.score(one) for one in _predictions(field, outcome)])


def _predictions(field: Field, outcome: Outcome) -> Iterator[Predictions]:
    names = field.yardstick.rows.classes.names
    for part, score, called in zip(field.parts, outcome.scores, outcome.called, strict=True):
        both = np.column_stack([1 - score, score])
        yield Predictions(part.judged_truth, both, called.astype(np.int64), names)


def _gaps(field: Field, outcome: Outcome) -> dict[str, float]:
    each = list(_predictions(field, outcome))
    whole = Predictions(
        np.concatenate([one.truth for one in each]),
        np.concatenate([one.score for one in each]),
        np.concatenate([one.label for one in each]),
        each[0].classes,
    )
    codes = np.concatenate(list(field.judged))
    members = [
        (name, codes == code)
        for code, name in enumerate(field.names)
        if (codes == code).sum() >= ENOUGH
    ]
    found = parities(Cases(field.column, members, whole, None), Task.BINARY)
    return {one.definition: one.difference.value for one in found}


def _sentence(
    label: str, gaps: tuple[Moved, ...], changes: dict[str, Change], yardstick: Yardstick
) -> str:
    moved = [
        f"{RATES[DEFINITIONS[gap.definition].rates[0]].split(',')[0]} "
        f"from {100 * gap.before:.1f} to {100 * gap.after:.1f} points apart"
        for gap in gaps
        if gap.definition in ("demographic_parity", "equal_opportunity", "predictive_parity")
    ]
    metric = METRICS[yardstick.order.metric].label
    said = [f"{metric} {changes[yardstick.order.metric].sentence()}"]
    right = changes["accuracy"]
    said.append(f"{right.with_it:.1%} right instead of {right.without:.1%}".replace("%", " %"))
    if "expected_value" in changes:
        money = changes["expected_value"]
        currency = yardstick.order.brief.values.currency
        said.append(f"{money.gain.value:+,.2f} {currency} per case".replace("  ", " "))
    return f"{label}: {', '.join(moved)}; {', '.join(said)}."
