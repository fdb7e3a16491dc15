"""How groups of people fare: the same numbers for each, with their intervals."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.report import GroupMetric
from mll_core.domain.task import Codes, Floats, Form, Predictions
from mll_core.domain.training import Interval
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.shares import mean, share
from mll_core.stages.evaluate.exam import Exam

MOST_GROUPS = 12
NUMBER_GROUPS = 4
FEW_NUMBERS = 6
ENOUGH = 50
"""Rows from which a group is compared with others."""
MOST_PAIRS = 3


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


def crossed(first: Groups, second: Groups) -> Groups:
    """Two columns together: the commonest pairs of their groups, all others as one."""
    pairs = first.codes * len(second.names) + second.codes
    found, counts = np.unique(pairs, return_counts=True)
    kept = found[np.argsort(-counts, kind="stable")][:MOST_GROUPS]
    names = [
        f"{first.names[pair // len(second.names)]}, {second.names[pair % len(second.names)]}"
        for pair in kept
    ]
    place = {int(pair): code for code, pair in enumerate(kept)}
    codes = np.array([place.get(int(pair), len(kept)) for pair in found])
    return Groups((*names, "other pairs"), codes[np.searchsorted(found, pairs)])


class Protected(NamedTuple):
    """The groups of one protected column, or of two together."""

    column: str
    groups: Groups
    together: bool = False


def protected(exam: Exam) -> Iterator[Protected]:
    """Each protected column on the test rows, then each two of them together."""
    alone = {
        name: groups_of(exam.column(name, "test")) for name in exam.order.document.brief.protected
    }
    yield from (Protected(name, groups) for name, groups in alone.items())
    for first, second in list(combinations(alone, 2))[:MOST_PAIRS]:
        pairs = crossed(alone[first], alone[second])
        yield Protected(f"{first} and {second}", pairs, together=True)


def measured(exam: Exam) -> tuple[GroupMetric, ...]:
    """Metrics of every group of every protected column, and of two together where rows allow."""
    return tuple(
        metric
        for one in protected(exam)
        for metric in _column(exam, one.column, one.groups)
        if not one.together or metric.n >= ENOUGH
    )


def _column(exam: Exam, column: str, groups: Groups) -> Iterator[GroupMetric]:
    for name, rows in groups.members():
        cases, draws = exam.candidate.take(rows), exam.test_draws.take(rows)
        yield GroupMetric(
            column=column, group=name, n=cases.n, metrics=_measure(exam, cases, draws)
        )


def _measure(exam: Exam, cases: Predictions, draws: Bootstrap) -> dict[str, Interval]:
    extra = ("accuracy",) if exam.task.classifies else ("mae", "bias")
    kinds = (exam.order.training.metric, *extra)
    found = draws.intervals({kind: exam.metrics[kind] for kind in kinds}, cases)
    if exam.task.form is Form.TWO:
        found |= rates(cases, draws.groups)
    return found


def rates(cases: Predictions, groups: Codes | None = None) -> dict[str, Interval]:
    """Who is selected, found, wrongly called, and rightly called; who really is, who is thought.

    ``groups`` (n,): which rows belong together.
    """
    hit, called, score = cases.truth == 1, cases.label == 1, cases.score[:, 1]

    def among(of: NDArray[np.bool_], rows: NDArray[np.bool_]) -> Interval:
        return share(of[rows], None if groups is None else groups[rows])

    everyone = np.ones(cases.n, dtype=bool)
    return {
        "selection_rate": among(called, everyone),
        "true_positive_rate": among(called, hit),
        "false_positive_rate": among(called, ~hit),
        "precision": among(hit, called),
        "base_rate": among(hit, everyone),
        "mean_score": _mean_score(score, groups),
    }


def _mean_score(score: Floats, groups: Codes | None) -> Interval:
    """With its interval by Student's t, inside 0 to 1; without one for one row or group."""
    if len(score if groups is None else np.unique(groups)) <= 1:
        return Interval(value=float(score.mean()), n=len(score))
    found = mean(score, groups)
    return Interval(
        value=found.value, low=max(0.0, found.low), high=min(1.0, found.high), n=found.n
    )
