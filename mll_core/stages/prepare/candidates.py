"""Columns that could be made of those that are there: each a step with its parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from mll_core.catalog import STEPS
from mll_core.domain.columns import ColumnKind
from mll_core.domain.errors import MllError
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.task import Floats
from mll_core.infra import warehouse

MOST_NUMBERS, MOST_OTHERS = 12, 8
"""Columns of a kind that are combined, the first ones in the table."""
AT_ONCE = 40
"""New columns that one query computes."""
BINS = 10
SAME = 0.98
"""Rank correlation from which two new columns say the same."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A step that would make columns, the columns, and how well they explain what is left."""

    step: Step
    values: pd.DataFrame
    promise: float
    """See ``promising``; of its columns the best."""


def possible(schema: ibis.Schema, unused: frozenset[str]) -> Iterator[Step]:
    """Ratios, differences and products of numbers, times between dates, parts of dates, measures
    of text, frequencies; of columns that are not ``unused``.

    A column's new name never clashes with one that is there.
    """
    names = [name for name in schema.names if name not in unused]
    numbers = [n for n in names if ColumnKind.NUMERIC.accepts(schema[n])][:MOST_NUMBERS]
    dates = [n for n in names if ColumnKind.TIME.accepts(schema[n])][:MOST_OTHERS]
    texts = [n for n in names if ColumnKind.CATEGORICAL.accepts(schema[n])][:MOST_OTHERS]
    for step in (*_of_numbers(numbers), *_of_dates(dates), *_of_texts(texts)):
        if not any(name in schema for _, name in step.makes()):
            yield step


def _of_numbers(names: list[str]) -> Iterator[Step]:
    for one, other in combinations(names, 2):
        a, b = quoted(one), quoted(other)
        made = {
            f"{one} / {other}": f"{a} / {b}",
            f"{other} / {one}": f"{b} / {a}",
            f"{one} - {other}": f"{a} - {b}",
            f"{one} x {other}": f"{a} * {b}",
        }
        for name, formula in made.items():
            yield STEPS["derive_column"].of(to=name, formula=formula)


def _of_dates(names: list[str]) -> Iterator[Step]:
    for start, end in combinations(names, 2):
        into = f"days from {start} to {end}"
        yield STEPS["elapsed_time"].of(start=start, end=end, unit="days", into=into)
    for name in names:
        yield STEPS["date_parts"].of(column=name, parts=("month", "weekday", "day"))


def _of_texts(names: list[str]) -> Iterator[Step]:
    for name in names:
        yield STEPS["text_figures"].of(column=name, figures=("letters", "words"))
        yield STEPS["encode_frequency"].of(column=name, into=f"{name} frequency")


def quoted(name: str) -> str:
    """A column's name as a formula writes it."""
    return "`" + name.replace("`", "``") + "`"


def screened(
    recipe: Recipe, rows: pa.Table, left: Floats, unused: frozenset[str]
) -> tuple[tuple[Candidate, ...], int]:
    """Candidates on ``rows`` most promising first, and how many there were.

    ``left``: what a model leaves unexplained of each row, (n,) or (n, k). Of candidates that say
    the same only the first is kept. The recipe learns on these rows, only to be looked at.
    """
    table = warehouse.table(rows)
    run = partial(warehouse.records, rows=rows)
    base = recipe.replayed.learn(table, run).apply(table)
    steps = list(possible(base.schema(), unused))
    found: list[Candidate] = []
    for first in range(0, len(steps), AT_ONCE):
        for step, values in _computed(steps[first : first + AT_ONCE], base, rows):
            promise = max((promising(values[name], left) for name in values), default=0.0)
            found.append(Candidate(step, values, promise))
    best = sorted((one for one in found if one.promise > 0), key=lambda one: -one.promise)
    return tuple(_distinct(best)), len(steps)


def _computed(
    steps: list[Step], base: ibis.Table, rows: pa.Table
) -> Iterator[tuple[Step, pd.DataFrame]]:
    """What each step makes of the same rows, all in one query."""
    table, working = base, []
    for step in steps:
        try:
            step.check(base.schema())
            statistics = step.learn(base)
            known = () if statistics is None else warehouse.records(statistics, rows)
            # Without a view() between them the steps stand side by side in one select.
            table = step.apply(table, step.summarise(known))
        except MllError:  # such as a formula that cannot be computed with these types
            continue
        working.append(step)
    names = [name for step in working for _, name in step.makes()]
    if not names:
        return
    frame = warehouse.frame(warehouse.to_sql(table.select(names)), rows)
    for step in working:
        yield step, frame[[name for _, name in step.makes()]]


def promising(values: pd.Series, left: Floats) -> float:
    """Share of what is left that the column explains: the mean of in ten bins and by one straight
    line, so that of a ratio and its inverse the one that is easier to learn stands first."""
    numbers = pd.to_numeric(values, errors="coerce").replace([np.inf, -np.inf], np.nan)
    lines = [
        _correlation(numbers, pd.Series(column)) ** 2 for column in left.reshape(len(left), -1).T
    ]
    return (explained(values, left) + max(lines)) / 2


def explained(values: pd.Series, left: Floats) -> float:
    """Share of the variance of ``left`` between ten bins of the values, gaps a bin of their own.

    0 for a column that does not vary.
    """
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64)
    known = np.isfinite(numbers)
    if not known.any():
        return 0.0
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, BINS + 1)[1:-1]))
    places = np.where(known, np.searchsorted(edges, numbers, side="right"), BINS + 1)
    counts = np.bincount(places, minlength=BINS + 2)
    if (counts > 0).sum() < 2:  # noqa: PLR2004
        return 0.0
    shares = []
    for column in left.reshape(len(left), -1).T:
        centred = column - column.mean()
        sums = np.bincount(places, centred, minlength=BINS + 2)
        between = (sums[counts > 0] ** 2 / counts[counts > 0]).sum()
        spread = (centred**2).sum()
        shares.append(between / spread if spread > 0 else 0.0)
    return float(max(shares))


def _distinct(best: list[Candidate]) -> Iterator[Candidate]:
    kept: list[pd.Series] = []
    for one in best:
        ranks = one.values.iloc[:, 0].rank()
        if not any(abs(_correlation(ranks, other)) >= SAME for other in kept):
            kept.append(ranks)
            yield one


def _correlation(one: pd.Series, other: pd.Series) -> float:
    both = one.notna() & other.notna()
    a, b = one[both].to_numpy(), other[both].to_numpy()
    if len(a) < 2 or a.std() == 0 or b.std() == 0:  # noqa: PLR2004
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
