"""The difference of one column between two parts, with an interval and a test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from mll_core.domain.balance import Balance, Level
from mll_core.domain.training import Interval
from mll_core.infra import warehouse
from mll_core.infra.warehouse import identifier

LEVELS = 8
"""The most frequent values that are told apart; the others count together."""
MANY = 12
"""Numbers with more different values than this are compared by their mean."""
MISSING, OTHERS = "(missing)", "(others)"
CLEAR = 0.05
_FEWEST = 5
_PAIR = 2
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "FLOAT")


@dataclass(frozen=True)
class Parts:
    """The rows to learn from and the test rows, and whether a draw made them."""

    development: Path
    test: Path
    drawn: bool

    def ask(self, select: str, column: str, rest: str = "") -> list[dict[str, object]]:
        """Rows of a query over both: the column is ``v``, and ``t`` is 1 for a test row."""
        sides = " UNION ALL ".join(
            f"SELECT {identifier(column)} AS v, {side} AS t FROM {warehouse.source(path)}"
            for side, path in enumerate((self.development, self.test))
        )
        found = warehouse.query(f"SELECT {select} FROM ({sides}) {rest}")
        rows: list[dict[str, object]] = found.to_pylist()
        return rows


def balance(parts: Parts, column: str, role: Literal["target", "protected"]) -> Balance:
    """How a column lies in both parts; numbers with many values by their mean."""
    kind = warehouse.columns(parts.development)[column].removeprefix("U")
    if kind.startswith(_NUMBERS):
        (many,) = parts.ask("count(DISTINCT v) AS n", column)
        if int(str(many["n"])) > MANY:
            return _means(parts, column, role)
    return _shares(parts, column, role)


def shares(learned: int, tested: int, of_learned: int, of_tested: int) -> Interval:
    """Difference of two shares, test minus development, with its 95 % interval.

    Source: Newcombe (1998), Interval estimation for the difference between independent
    proportions, method 10: from the two intervals of Wilson (1927), without correction.
    """
    from scipy.stats import binomtest

    p, q = tested / of_tested, learned / of_learned
    ours = binomtest(tested, of_tested).proportion_ci(method="wilson")
    theirs = binomtest(learned, of_learned).proportion_ci(method="wilson")
    low = p - q - np.hypot(p - ours.low, theirs.high - q)
    high = p - q + np.hypot(ours.high - p, q - theirs.low)
    return Interval(value=p - q, low=float(low), high=float(high), n=of_learned + of_tested)


def _shares(parts: Parts, column: str, role: Literal["target", "protected"]) -> Balance:
    counts = _counts(parts, column)
    totals = counts.sum()
    levels = tuple(
        Level(
            value=name,
            learned=learned,
            tested=tested,
            development=learned / totals[0],
            test=tested / totals[1],
            difference=shares(learned, tested, totals[0], totals[1]),
        )
        for name, (learned, tested) in counts.rows.items()
    )
    p_value, method = _independence(np.array(list(counts.rows.values())))
    most = max(levels, key=lambda level: abs(level.difference.value))
    gap = most.difference
    points = round(100 * gap.value, 1) + 0.0  # no minus before 0.0
    said = (
        f"{most.value!r} differs most: {100 * most.development:.1f} % of the rows to learn from, "
        f"{100 * most.test:.1f} % of the test, a difference of {points:+.1f} points "
        f"(95 % interval {100 * gap.low:+.1f} to {100 * gap.high:+.1f})"
    )
    return Balance(
        column=column, role=role, kind="shares", levels=levels, p_value=p_value, method=method,
        sentence=f"{column!r}: {said}. {_judged(p_value, parts)}",
    )  # fmt: skip


@dataclass(frozen=True)
class _Counts:
    rows: dict[str, tuple[int, int]]

    def sum(self) -> tuple[int, int]:
        return (
            sum(learned for learned, _ in self.rows.values()),
            sum(tested for _, tested in self.rows.values()),
        )


def _counts(parts: Parts, column: str) -> _Counts:
    """Rows per value in both parts, the most frequent first."""
    select = "v::VARCHAR AS v, count(*) FILTER (t = 0) AS a, count(*) FILTER (t = 1) AS b"
    found = parts.ask(select, column, "GROUP BY ALL ORDER BY count(*) DESC, v::VARCHAR")
    rows: dict[str, tuple[int, int]] = {}
    for place, row in enumerate(found):
        name = MISSING if row["v"] is None else str(row["v"]) if place < LEVELS else OTHERS
        a, b = rows.get(name, (0, 0))
        rows[name] = (a + int(str(row["a"])), b + int(str(row["b"])))
    return _Counts(rows)


def _independence(table: np.ndarray) -> tuple[float | None, str]:
    from scipy.stats import chi2_contingency, fisher_exact

    if len(table) < _PAIR:
        return None, ""
    _, p_value, _, expected = chi2_contingency(table, correction=False)
    if len(table) == _PAIR and expected.min() < _FEWEST:
        return float(fisher_exact(table)[1]), "Fisher's exact test (1922)"
    few = "; some values are too rare for it to be exact" if expected.min() < _FEWEST else ""
    return float(p_value), f"Pearson's chi-squared test (1900){few}"


def _means(parts: Parts, column: str, role: Literal["target", "protected"]) -> Balance:
    from scipy import stats

    select = "count(v) AS n, avg(v) AS mean, coalesce(stddev_samp(v), 0) AS sd"
    rest = "WHERE isfinite(v::DOUBLE) GROUP BY t ORDER BY t"
    found = parts.ask(select, column, rest)
    if len(found) < _PAIR:  # all are missing on one side
        return _shares(parts, column, role)
    learned, tested = found
    a, b = ([float(str(part[name])) for name in ("n", "mean", "sd")] for part in (learned, tested))
    value, se = b[1] - a[1], float(np.hypot(a[2] / a[0] ** 0.5, b[2] / b[0] ** 0.5))
    p_value, low, high = None, value, value
    if se and min(a[0], b[0]) > 1:
        p_value = float(stats.ttest_ind_from_stats(
            b[1], b[2], b[0], a[1], a[2], a[0], equal_var=False
        ).pvalue)  # fmt: skip
        each = [(sd**2 / n) ** 2 / (n - 1) for n, _, sd in (a, b)]
        reach = float(stats.t.ppf(0.975, se**4 / sum(each))) * se
        low, high = value - reach, value + reach
    gap = Interval(value=value, low=low, high=high, n=int(a[0] + b[0]))
    level = Level(
        value="mean", learned=int(a[0]), tested=int(b[0]), development=a[1], test=b[1],
        difference=gap,
    )  # fmt: skip
    said = (
        f"{column!r}: the mean is {a[1]:.4g} in the rows to learn from and {b[1]:.4g} in the test, "
        f"a difference of {value:+.3g} (95 % interval {low:+.3g} to {high:+.3g})"
    )
    return Balance(
        column=column, role=role, kind="mean", levels=(level,), p_value=p_value,
        method="Welch's t-test (1947)", sentence=f"{said}. {_judged(p_value, parts)}",
    )  # fmt: skip


def _judged(p_value: float | None, parts: Parts) -> str:
    if p_value is None:
        return "There is nothing to compare."
    if p_value >= CLEAR:
        return f"Chance alone makes such differences (p = {p_value:.2g})."
    why = "one draw in twenty looks so" if parts.drawn else "the rows were not drawn at random"
    return f"More than chance would make (p = {p_value:.2g}); {why}."
