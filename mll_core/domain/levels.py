"""The rows of a table counted by level of one column, half of the table, and answer.

Halves are odd and even rows. Rows without a level or an answer are left out.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis.expr.types.groupby import GroupedTable

from mll_core.domain.check import Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.single_column import auc, held_out_auc, held_out_r2, rank_auc
from mll_core.domain.task import Floats

MOST_LEVELS = 5_000
_WHOLE_VALUES = 1_000
_FINE, _ROWS_PER_BIN = 64, 100
_ENOUGH = 20
"""Rows of a class, or levels' rows in all, below which no score is given."""


@dataclass(frozen=True)
class Score:
    """How well a column alone does: ``auc`` (chance is 0.5) or ``r2`` (chance is 0)."""

    measure: str
    value: float
    rows: int


def level_of(column: ColumnProfile, table: ir.Table, rows: int) -> ir.Value | None:
    """The level a row is in: its value, or one of some 500 bins in order; None if unfit."""
    value = table[column.name]
    if column.semantic in ("id", "constant", "empty", "text") or value.type().is_nested():
        return None
    if column.distinct <= _WHOLE_VALUES or (column.mean is None and column.semantic != "date"):
        return value if column.distinct <= MOST_LEVELS else None
    edges: list[tuple[float, float]] = _edges(column)
    number: Any = number_of(column, table)
    fine = max(1, min(_FINE, rows // (_ROWS_PER_BIN * len(edges))))
    parts = [
        (
            number < high,
            place * fine + ((number - low) / (high - low) * fine).floor().clip(0, fine - 1),
        )
        for place, (low, high) in enumerate(edges)
    ]
    return ibis.cases(*parts, else_=len(edges) * fine - 1)


def number_of(column: ColumnProfile, table: ir.Table) -> ir.Value | None:
    """The column as a number, dates as seconds since 1970; None when it has no such order."""
    value = table[column.name]
    if column.semantic == "date":
        return value.cast("timestamp").epoch_seconds().cast("float64")
    return None if column.mean is None else value.cast("float64")


def _edges(column: ColumnProfile) -> list[tuple[float, float]]:
    if column.quantiles:
        at = [float(column.min), *column.quantiles.values(), float(column.max)]
    else:
        at = [column.histogram[0].low, column.histogram[-1].high]
    return [(low, high) for low, high in pairwise(at) if low < high]


def score(evidence: Evidence, level: ir.Value, number: ir.Value | None) -> Score | None:
    """How well ``level`` alone predicts the target; None when there is too little to judge by.

    A column that is a ``number`` is also judged by its own order, which needs no learning.
    """
    if evidence.numeric:
        found = _r2(evidence, level)
        if found is None or number is None:
            return found
        alone = _linear_r2(evidence, number)
        return Score("r2", max(found.value, alone), found.rows)
    counts = class_counts(evidence, level)
    if counts is None:
        return None
    per_class = [
        max(held_out_auc(counts, code), 0.0 if number is None else rank_auc(counts, code))
        for code in range(counts.shape[2])
    ]
    return Score("auc", float(np.mean(per_class)), int(counts.sum()))


def class_counts(evidence: Evidence, level: ir.Value) -> Floats | None:
    """Counts (levels in order, halves, classes), the rarer of two classes last."""
    found = evidence.ask(_rows(evidence, level).aggregate(n=ibis._.count()))
    levels = {value: i for i, value in enumerate(sorted({row["level"] for row in found}))}
    totals: dict[str, int] = {}
    for row in found:
        totals[row["answer"]] = totals.get(row["answer"], 0) + row["n"]
    classes = sorted((a for a in totals if totals[a] >= _ENOUGH), key=lambda a: -totals[a])
    if len(classes) < 2 or len(levels) < 2:  # noqa: PLR2004
        return None
    codes = {answer: code for code, answer in enumerate(classes)}
    counts = np.zeros((len(levels), 2, len(classes)))
    for row in found:
        if row["answer"] in codes:
            counts[levels[row["level"]], row["half"], codes[row["answer"]]] += row["n"]
    return counts


def indicator_score(evidence: Evidence, flag: ir.BooleanValue) -> Score | None:
    """How well a yes/no alone predicts the target."""
    level = flag.cast("int64")
    if evidence.numeric:
        return _r2(evidence, level)
    counts = class_counts(evidence, level)
    if counts is None:
        return None
    pairs = counts.sum(axis=1)
    areas = [auc(np.stack([pairs.sum(axis=1) - p, p], axis=1)) for p in pairs.T]
    return Score("auc", float(np.mean([max(a, 1 - a) for a in areas])), int(counts.sum()))


def _r2(evidence: Evidence, level: ir.Value) -> Score | None:
    found = evidence.ask(
        _rows(evidence, level).aggregate(
            n=ibis._.count(), total=ibis._.answer.sum(), squares=(ibis._.answer**2).sum()
        )
    )
    levels = {value: i for i, value in enumerate(sorted({row["level"] for row in found}))}
    sums = np.zeros((3, len(levels), 2))
    for row in found:
        place = levels[row["level"]], row["half"]
        sums[:, place[0], place[1]] = row["n"], row["total"], row["squares"]
    rows = int(sums[0].sum())
    if len(levels) < 2 or rows < _ENOUGH:  # noqa: PLR2004
        return None
    return Score("r2", held_out_r2(*sums), rows)


def _linear_r2(evidence: Evidence, number: ir.Value) -> float:
    """R² of a straight line."""
    rows = _flat(evidence, number)
    level: Any = rows.level
    rows = rows.filter(level.abs() < np.inf)
    (answer,) = evidence.ask(rows.aggregate(r=rows.level.corr(rows.answer, how="pop")))
    r = answer["r"]
    return float(r) ** 2 if r is not None and math.isfinite(float(r)) else 0.0


def _rows(evidence: Evidence, level: ir.Value) -> GroupedTable:
    keys = ["level", "half"] if evidence.numeric else ["level", "half", "answer"]
    return _flat(evidence, level).group_by(keys)


def _flat(evidence: Evidence, level: ir.Value) -> ir.Table:
    target = evidence.table[str(evidence.target)]
    if evidence.numeric:
        column = evidence.profile.column(str(evidence.target))
        middle = column.mean if column and column.mean is not None else 0.0
        scale = column.std if column and column.std and math.isfinite(column.std) else 1.0
        value: Any = target.cast("float64")
        known: Any = value.abs() < np.inf  # an infinite answer counts as missing
        # Centred and scaled: sums of squares keep their digits.
        answer = ibis.cases((known, (value - middle) / scale))
    else:
        answer = target.cast("string")
    rows = evidence.table.select(level=level, answer=answer, half=ibis.row_number() % 2)
    return rows.filter(rows.level.notnull() & rows.answer.notnull())
