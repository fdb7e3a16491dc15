"""The audit of fairness: each meaning of it judged, what they conflict in, what tells on whom."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.fairness import Audit, Conflict, Parity, Proxy, Small
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.metric import shown
from mll_core.domain.task import Form
from mll_core.infra.kinship import association
from mll_core.stages.evaluate import demands, parity
from mll_core.stages.evaluate.exam import Exam
from mll_core.stages.evaluate.groups import ENOUGH, Groups, groups_of, protected
from mll_core.stages.evaluate.parity import Cases

APART = 0.05
"""Base rates this far apart cannot have all definitions hold."""
TELLING = 0.3
MOST_PROXIES = 5
_TOLD = ("demographic_parity", "equalised_odds", "even_accuracy", "even_errors")
_SEVERITY = {"even": Severity.OK, "uneven": Severity.PROBLEM, "not sure": Severity.CHECK}


def audit(exam: Exam) -> Audit:
    """Every definition for every protected column and two together, on the test rows."""
    cases: list[Cases] = []
    left_out: list[Small] = []
    for one in protected(exam):
        enough, few = _enough(one.groups)
        units = exam.test_draws.groups
        cases.append(Cases(one.column, enough, exam.candidate, units, one.together))
        if not one.together:
            left_out += [Small(column=one.column, group=name, n=n) for name, n in few]
    found = [one for some in cases for one in parity.parities(some, exam.task)]
    adjusted = parity.holm([one.p_value for one in found])
    judged = [parity.judged(one, p) for one, p in zip(found, adjusted, strict=True)]
    alone = [some for some in cases if not some.together]
    binary = exam.task.form is Form.TWO
    return Audit(
        parities=tuple(judged),
        conflicts=tuple(c for some in alone for c in _conflict(some)) if binary else (),
        demands=tuple(d for some in alone for d in demands.of(some, exam)) if binary else (),
        proxies=tuple(_proxies(exam)),
        left_out=tuple(left_out),
    )


def findings(found: Audit) -> Iterator[Finding]:
    """What a stakeholder must hear: the usual definitions, and groups too small to judge."""
    judged = [
        one
        for one in found.parities
        if one.definition in _TOLD and (not one.together or one.verdict == "uneven")
    ]
    columns = [one.column for one in found.left_out] + [one.column for one in judged]
    for column in dict.fromkeys(columns):
        yield from _small([one for one in found.left_out if one.column == column])
        yield from (_finding(one) for one in judged if one.column == column)


def _small(left_out: list[Small]) -> Iterator[Finding]:
    if left_out:
        column = left_out[0].column
        names = ", ".join(f"{one.group!r} ({one.n:,} rows)" for one in left_out)
        yield Finding(
            code="small_group",
            severity=Severity.CHECK,
            column=column,
            sentence=f"Too few test rows to judge fairness for {column!r}: {names}.",
            numbers={one.group: one.n for one in left_out},
        )


def _finding(one: Parity) -> Finding:
    return Finding(
        code=one.definition,
        severity=_SEVERITY[one.verdict],
        column=one.column,
        sentence=one.sentence,
        numbers={
            "difference": one.difference.value,
            "ratio": one.ratio,
            "rate": one.rate,
            "lowest": one.lowest,
            "highest": one.highest,
            "adjusted": one.adjusted,
        },
    )


def _enough(
    groups: Groups,
) -> tuple[list[tuple[str, NDArray[np.bool_]]], list[tuple[str, int]]]:
    members = list(groups.members())
    enough = [(name, rows) for name, rows in members if rows.sum() >= ENOUGH]
    return enough, [(name, int(rows.sum())) for name, rows in members if rows.sum() < ENOUGH]


def _conflict(cases: Cases) -> Iterator[Conflict]:
    hit = cases.predictions.truth == 1
    rates = {name: float(hit[rows].mean()) for name, rows in cases.members}
    if len(rates) < 2 or max(rates.values()) - min(rates.values()) < APART:  # noqa: PLR2004
        return
    low, high = min(rates, key=rates.__getitem__), max(rates, key=rates.__getitem__)
    least, most = shown(rates[low], "share"), shown(rates[high], "share")
    yield Conflict(
        column=cases.column,
        definitions=("demographic_parity", "equalised_odds", "predictive_parity"),
        sentence=(
            f"{least} of {low!r} and {most} of {high!r} really are cases. So a "
            "model that is not perfect cannot be right equally often among those it calls and "
            "also be wrong equally often in both groups; and one that calls both equally often "
            "must find a smaller share of the cases in one of them. Which matters here is for "
            "people to decide, before they look at the numbers."
        ),
    )


def _proxies(exam: Exam) -> Iterator[Proxy]:
    inputs = dict.fromkeys(feature.source for feature in exam.order.training.features)
    hidden = {*exam.order.document.brief.protected, exam.order.fitted.target}
    columns = [name for name in inputs if name in exam.rows and name not in hidden]
    for column in exam.order.document.brief.protected:
        groups = groups_of(exam.column(column, "test")).codes
        told = {name: association(exam.rows[name], groups) for name in columns}
        for name in sorted(told, key=lambda n: -told[n])[:MOST_PROXIES]:
            if told[name] >= TELLING:
                said = _told(column, name, told[name])
                yield Proxy(column=column, proxy=name, strength=told[name], sentence=said)


def _told(column: str, name: str, strength: float) -> str:
    return (
        f"{name!r} tells much of {column!r} ({strength:.2f} of 1): leaving {column!r} out does not "
        "hide it from the model."
    )
