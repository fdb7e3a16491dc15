"""How groups of people fare: the same numbers per group, and what their differences mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.finding import Finding, Severity
from mll_core.domain.report import GroupMetric
from mll_core.domain.task import Predictions, Task
from mll_core.domain.training import Interval
from mll_core.infra.bootstrap import Bootstrap, wilson
from mll_core.stages.evaluate.exam import Exam

MOST_GROUPS = 12
NUMBER_GROUPS = 4
FEW_NUMBERS = 6
ENOUGH = 50
"""Rows from which a group is compared with others."""
FOUR_FIFTHS = 0.8
WIDE = 0.1
RATES = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision")


def percent(share: float) -> str:
    """A share as a person reads it."""
    return f"{100 * share:.1f} %"


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of one column: their names, and which rows are in which, (n,) codes."""

    names: tuple[str, ...]
    codes: NDArray[np.int64]

    def members(self) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Each group that has rows, and a mask of them."""
        for code, name in enumerate(self.names):
            if (rows := self.codes == code).any():
                yield name, rows


def groups_of(values: pd.Series) -> Groups:
    """Numbers in up to four parts of equal size, other values as they are; rare ones together."""
    missing = values.isna().to_numpy()
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and values.nunique() > FEW_NUMBERS:
        names, codes = _parts(values[~missing].to_numpy(np.float64))
    else:
        names, codes = _levels(values[~missing])
    everyone = np.full(len(values), len(names), dtype=np.int64)
    everyone[~missing] = codes
    return Groups((*names, "missing"), everyone)


def _parts(values: NDArray[np.float64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    cuts = np.quantile(values, np.linspace(0, 1, NUMBER_GROUPS + 1)[1:-1], method="nearest")
    cuts = np.unique(cuts[cuts > values.min()])
    names = [f"under {cuts[0]:g}"] if len(cuts) else ["all"]
    names += [f"{low:g} to under {high:g}" for low, high in pairwise(cuts)]
    names += [f"{cuts[-1]:g} and over"] if len(cuts) else []
    return tuple(names), np.searchsorted(cuts, values, side="right").astype(np.int64)


def _levels(values: pd.Series) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    texts = values.map(_name).to_numpy(dtype=object)
    counts = pd.Series(texts, dtype=object).value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))
    if len(names) > MOST_GROUPS:
        rest = len(names) - MOST_GROUPS + 1
        names = [*names[: MOST_GROUPS - 1], f"{rest} other values"]
    place = {name: code for code, name in enumerate(names)}
    codes = [place.get(text, len(names) - 1) for text in texts]
    return tuple(names), np.array(codes, dtype=np.int64)


def _name(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def compare(exam: Exam) -> tuple[tuple[GroupMetric, ...], tuple[Finding, ...]]:
    """Metrics of every group of every protected column on the test rows, and the findings."""
    measured: list[GroupMetric] = []
    findings: list[Finding] = []
    for column in exam.order.document.brief.protected:
        mine = list(_column(exam, column))
        measured += mine
        findings += _judge(column, mine, exam.task)
    return tuple(measured), tuple(findings)


def _column(exam: Exam, column: str) -> Iterator[GroupMetric]:
    for name, rows in groups_of(exam.column(column, "test")).members():
        cases, draws = exam.candidate.take(rows), exam.test_draws.take(rows)
        yield GroupMetric(
            column=column, group=name, n=cases.n, metrics=_measure(exam, cases, draws)
        )


def _measure(exam: Exam, cases: Predictions, draws: Bootstrap) -> dict[str, Interval]:
    extra = {Task.BINARY: ("accuracy",), Task.MULTICLASS: ("accuracy",)}
    kinds = (exam.order.training.metric, *extra.get(exam.task, ("mae", "bias")))
    found = draws.intervals({kind: exam.metrics[kind] for kind in kinds}, cases)
    if exam.task is Task.BINARY:
        found |= rates(cases)
    return found


def rates(cases: Predictions) -> dict[str, Interval]:
    """Who is selected, found, wrongly called, and rightly called; who really is, who is thought."""
    hit, called = cases.truth == 1, cases.label == 1

    def share(of: NDArray[np.bool_], among: NDArray[np.bool_]) -> Interval:
        return wilson(int((of & among).sum()), int(among.sum()))

    everyone = np.ones(cases.n, dtype=bool)
    return {
        "selection_rate": share(called, everyone),
        "true_positive_rate": share(called, hit),
        "false_positive_rate": share(called, ~hit),
        "precision": share(hit, called),
        "base_rate": share(hit, everyone),
        "mean_score": Interval(value=float(cases.score[:, 1].mean()), n=cases.n),
    }


def _judge(column: str, groups: list[GroupMetric], task: Task) -> Iterator[Finding]:
    small = [group for group in groups if group.n < ENOUGH]
    enough = [group for group in groups if group.n >= ENOUGH]
    if small:
        names = ", ".join(f"{group.group!r} ({group.n} rows)" for group in small)
        yield Finding(
            code="small_group",
            severity=Severity.CHECK,
            column=column,
            sentence=f"Too few test rows to judge fairness for {column!r}: {names}.",
            numbers={group.group: group.n for group in small},
        )
    if len(enough) < 2:  # noqa: PLR2004  # nothing to compare
        return
    if task is Task.BINARY:
        yield _parity(column, enough)
        yield _odds(column, enough)
    else:
        kind = "accuracy" if task is Task.MULTICLASS else "mae"
        yield _evenness(column, kind, enough)


def _extremes(kind: str, groups: list[GroupMetric]) -> tuple[GroupMetric, GroupMetric] | None:
    known = [group for group in groups if not np.isnan(group.metrics[kind].value)]
    if not known:
        return None
    ranked = sorted(known, key=lambda group: group.metrics[kind].value)
    return ranked[0], ranked[-1]


def _apart(kind: str, low: GroupMetric, high: GroupMetric) -> bool:
    return low.metrics[kind].high < high.metrics[kind].low


def _severity(wide: bool, sure: bool) -> Severity:
    return Severity.OK if not wide else Severity.PROBLEM if sure else Severity.CHECK


def _parity(column: str, groups: list[GroupMetric]) -> Finding:
    kind = "selection_rate"
    low, high = _extremes(kind, groups) or (groups[0], groups[0])
    least, most = low.metrics[kind].value, high.metrics[kind].value
    ratio = least / most if most else float("nan")
    wide = ratio < FOUR_FIFTHS
    rule = "below" if wide else "within"
    return Finding(
        code="demographic_parity",
        severity=_severity(wide, _apart(kind, low, high)),
        column=column,
        sentence=(
            f"By {column!r}, {percent(least)} of {low.group!r} ({low.n:,} rows) and "
            f"{percent(most)} of {high.group!r} ({high.n:,} rows) are called positive: "
            f"a ratio of {ratio:.2f}, {rule} the four-fifths rule."
        ),
        numbers={
            "difference": most - least,
            "ratio": ratio,
            "lowest": low.group,
            "highest": high.group,
        },
    )


def _odds(column: str, groups: list[GroupMetric]) -> Finding:
    gaps: Mapping[str, tuple[float, bool, GroupMetric, GroupMetric]] = {
        kind: (b.metrics[kind].value - a.metrics[kind].value, _apart(kind, a, b), a, b)
        for kind in ("true_positive_rate", "false_positive_rate")
        if (found := _extremes(kind, groups)) is not None
        for a, b in [found]
    }
    if not gaps:
        what = f"By {column!r}, error rates cannot be compared: no group has both outcomes."
        return Finding(code="equalised_odds", severity=Severity.CHECK, column=column, sentence=what)
    kind = max(gaps, key=lambda kind: gaps[kind][0])
    gap, sure, low, high = gaps[kind]
    words = {
        "true_positive_rate": "found among real positives",
        "false_positive_rate": "wrongly called",
    }
    return Finding(
        code="equalised_odds",
        severity=_severity(gap > WIDE, sure),
        column=column,
        sentence=(
            f"By {column!r}, error rates differ most in the share {words[kind]}: "
            f"{percent(low.metrics[kind].value)} of {low.group!r} and "
            f"{percent(high.metrics[kind].value)} of {high.group!r}, "
            f"a difference of {100 * gap:.1f} points."
        ),
        numbers={"difference": gap, "rate": kind, "lowest": low.group, "highest": high.group},
    )


def _evenness(column: str, kind: str, groups: list[GroupMetric]) -> Finding:
    low, high = _extremes(kind, groups) or (groups[0], groups[0])
    least, most = low.metrics[kind].value, high.metrics[kind].value
    ratio = least / most if most else 1.0
    words = "share called right" if kind == "accuracy" else "mean absolute error"
    return Finding(
        code="even_errors",
        severity=_severity(ratio < FOUR_FIFTHS, _apart(kind, low, high)),
        column=column,
        sentence=(
            f"By {column!r}, the {words} runs from {least:.4g} for {low.group!r} ({low.n:,} rows) "
            f"to {most:.4g} for {high.group!r} ({high.n:,} rows), a ratio of {ratio:.2f}."
        ),
        numbers={
            "difference": most - least,
            "ratio": ratio,
            "lowest": low.group,
            "highest": high.group,
        },
    )
