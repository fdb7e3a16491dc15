"""Sentences a stakeholder may repeat, each bound to its number, rows and data version."""

from collections.abc import Iterator

import numpy as np

from mll_core.catalog import METRICS
from mll_core.domain.conformal import Band
from mll_core.domain.metric import shown_with_interval
from mll_core.domain.report import DECIDING, Claim
from mll_core.domain.task import Form
from mll_core.domain.training import Interval
from mll_core.infra.shares import share
from mll_core.stages.evaluate.exam import Exam
from mll_core.stages.evaluate.unit import Unit
from mll_core.stages.evaluate.worth import Worth


def make(
    exam: Exam,
    test: dict[str, Interval],
    baseline: dict[str, Interval],
    difference: Interval,
    value: Worth | None,
) -> tuple[Claim, ...]:
    """The two-minute story in sentences, the most telling first: money when values are stated."""
    found = [*_money(exam, test, value), *_what_it_does(exam, test)]
    found += _against_baseline(exam, baseline, difference)
    return tuple([*found, *_reach(exam)])


def _claim(exam: Exam, sentence: str, interval: Interval, needs: tuple[str, ...] = ()) -> Claim:
    known = not np.isnan(interval.low)
    return Claim(
        sentence=sentence,
        value=interval.value,
        low=interval.low if known else None,
        high=interval.high if known else None,
        split="test",
        n=interval.n,
        data_version=exam.data_version,
        needs=needs,
    )


def _deciding(kind: str) -> tuple[str, ...]:
    """What a metric stands on when it counts decisions or money."""
    return DECIDING if METRICS[kind].decides or METRICS[kind].unit == "money" else ()


def _in_100(interval: Interval) -> str:
    about = f"{100 * interval.value:.0f}"
    if np.isnan(interval.low):
        return about
    return f"{about} ({100 * interval.low:.0f} to {100 * interval.high:.0f})"


def _span(exam: Exam, kind: str, interval: Interval) -> str:
    unit, currency = METRICS[kind].unit, exam.order.document.brief.values.currency
    return shown_with_interval(interval.value, interval.low, interval.high, unit, currency)


def _what_it_does(exam: Exam, test: dict[str, Interval]) -> Iterator[Claim]:
    primary, target = exam.order.training.metric, exam.order.fitted.target
    if exam.task.form is Form.TWO:
        positive, many = exam.candidate.classes[1], _unit(exam).many
        if "precision" in test:
            what = f"Of 100 {many} called {positive!r}, {_in_100(test['precision'])} really are."
            yield _claim(exam, what, test["precision"], DECIDING)
        if "recall" in test:
            found = _in_100(test["recall"])
            what = f"Of 100 {many} that really are {positive!r}, it finds {found}."
            yield _claim(exam, what, test["recall"], DECIDING)
    elif exam.task.form is Form.SEVERAL:
        right, many = _in_100(test["accuracy"]), _unit(exam).many
        what = f"It names the right {target!r} in {right} of 100 {many}."
        yield _claim(exam, what, test["accuracy"])
    elif (asked := exam.order.document.brief.quantile) is not None:
        yield _suffices(exam, asked)
    else:
        for kind, words in (
            ("mae", f"Its predictions of {target!r} are off by {{}} on average."),
            ("median_absolute_error", "Half of them are off by less than {}."),
        ):
            if kind in test:
                yield _claim(exam, words.format(_span(exam, kind, test[kind])), test[kind])
    if primary in test and primary not in {"precision", "recall", "mae", "expected_value"}:
        label, interval = METRICS[primary].label, test[primary]
        what = f"{label}, by which models were ranked, is {_span(exam, primary, interval)}."
        yield _claim(exam, what, interval, _deciding(primary))


def _suffices(exam: Exam, asked: float) -> Claim:
    """A quantile is meant to be too high: how often it is enough, not how far off it is."""
    cases, target, many = exam.candidate, exam.order.fitted.target, _unit(exam).many
    held = share(cases.truth <= cases.score, exam.test_draws.groups)
    what = f"Of 100 {many}, {target!r} stays at or below what it says in {_in_100(held)}"
    return _claim(exam, f"{what}; {100 * asked:g} were asked for.", held, ("brief.quantile",))


def _against_baseline(
    exam: Exam, baseline: dict[str, Interval], difference: Interval
) -> Iterator[Claim]:
    kind, base = exam.order.training.metric, exam.order.training.best_baseline
    if base is None or kind not in baseline or np.isnan(difference.value):
        return
    against = f"the best simple rule ({base.label}: {_span_short(exam, kind, baseline[kind])})"
    gap = Interval(**{**difference.to_json(), "value": abs(difference.value)})
    if difference.low > 0:
        verdict = f"It beats {against} by {_span(exam, kind, difference)} in {_name(kind)}."
    elif difference.high < 0:
        verdict = f"It is worse than {against} by {_span_short(exam, kind, gap)}."
    else:
        verdict = (
            f"It is not shown to beat {against}: the difference is "
            f"{_span(exam, kind, difference)} in {_name(kind)}."
        )
    yield _claim(exam, verdict, difference, (*_deciding(kind), "brief.rule"))


def _reach(exam: Exam) -> Iterator[Claim]:
    cases, reach, many = exam.candidate, exam.order.fitted.reach, _unit(exam).many
    if reach is None:
        return
    if isinstance(reach, Band):
        low, high = reach.around(cases.score)
        hit, what = (cases.truth >= low) & (cases.truth <= high), "lies in the range it gave"
    else:
        members = reach.members(cases.score)
        hit, what = (
            members[np.arange(cases.n), cases.truth.astype(np.int64)],
            "is among what it held possible",
        )
    held = share(hit, exam.test_draws.groups)
    meant = f"Meant to hold for {100 * reach.goal:.0f} of 100 {many}: the truth {what} in"
    yield _claim(exam, f"{meant} {_in_100(held)} of 100.", held)


def _name(kind: str) -> str:
    label = METRICS[kind].label
    return (
        label if label[:2].isupper() or not label[1:2].isalpha() else label[0].lower() + label[1:]
    )


def _span_short(exam: Exam, kind: str, interval: Interval) -> str:
    return METRICS[kind].show(interval.value, exam.order.document.brief.values.currency)


def _money(exam: Exam, test: dict[str, Interval], value: Worth | None) -> Iterator[Claim]:
    if "expected_cost" in test:
        one, cost = _unit(exam).one, _span(exam, "expected_cost", test["expected_cost"])
        yield _claim(exam, f"Its errors cost {cost} per {one}.", test["expected_cost"], DECIDING)
    if value is not None:
        yield _claim(exam, value.sentence, value.gain, DECIDING)
        yield _claim(exam, value.comparison, value.lead, DECIDING)


def _unit(exam: Exam) -> Unit:
    return Unit.of(exam.order.document.brief.unit)
