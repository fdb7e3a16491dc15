"""What the rows say of a column that may give the answer away."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import numpy as np

from mll_core.catalog import CHECKS
from mll_core.domain.aftermath import told_by_name
from mll_core.domain.case_file import CaseFile, Filled
from mll_core.domain.check import Evidence
from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.fixes import percent
from mll_core.domain.levels import class_counts, indicator_score, level_of, number_of, score
from mll_core.domain.single_column import held_out_auc, rank_auc
from mll_core.domain.task import Floats, Task
from mll_core.domain.training import Interval
from mll_core.infra import warehouse
from mll_core.stages.prepare.copies import copy_of

RESAMPLES, REACH, MOST_CLASSES = 200, 1.959964, 20
ENOUGH, MOSTLY = 20, 0.5


@dataclass(frozen=True)
class Asked:
    """Rows to look at, and what they are looked at for."""

    path: Path
    profile: Profile
    target: str
    task: Task
    moment: str | None = None
    """The column that says when the decision of a row is taken."""

    @property
    def evidence(self) -> Evidence:
        """What checks are given; nothing is excluded, for a column left out has a case as well."""
        return Evidence(
            profile=self.profile,
            table=warehouse.table(self.path),
            ask=partial(warehouse.records, rows=self.path),
            target=self.target,
            task=self.task,
        )


def suspects(asked: Asked) -> dict[str, tuple[str, ...]]:
    """Columns that may give the answer away, each with the sentences that say why."""
    found: dict[str, list[str]] = {}
    for cls in CHECKS.values():
        for finding in cls.of().findings(asked.evidence) if cls.suspects else ():
            if finding.column:
                found.setdefault(finding.column, []).append(finding.sentence)
    for column in asked.profile.columns:
        if column.name == asked.target or column.semantic in ("empty", "constant"):
            continue
        for why in (told_by_name(column.name, asked.target), _later(asked, column)):
            if why:
                found.setdefault(column.name, []).append(why)
    return {name: tuple(why) for name, why in found.items()}


def case(asked: Asked, name: str, why: tuple[str, ...]) -> CaseFile:
    """The case file of one column, without the rerun."""
    evidence, column = asked.evidence, asked.profile.column(name)
    assert column is not None  # whoever asks took the name from the profile
    interval, measure = _alone(evidence, column)
    flag: Any = evidence.table[name].isnull()
    gaps = indicator_score(evidence, flag) if column.nulls >= ENOUGH else None
    return CaseFile(
        column=name,
        suspicions=why,
        alone=interval,
        alone_measure=measure,
        missing=column.nulls,
        rows=asked.profile.rows,
        filled=tuple(_filled(asked, name)),
        gaps_alone=gaps.value if gaps else None,
        timeline=_later(asked, column) or told_by_name(name, asked.target) or "",
        copy_of_target=copy_of(asked.path, name, asked.target, asked.task),
    )


def _alone(evidence: Evidence, column: ColumnProfile) -> tuple[Interval | None, str]:
    """Its score by itself with a 95 % interval: by resampling for AUC, by formula for R²."""
    level = level_of(column, evidence.table, evidence.profile.rows)
    number = number_of(column, evidence.table)
    found = None if level is None else score(evidence, level, number)
    if found is None or level is None:
        return None, ""
    if found.measure == "r2":
        low, high = r2_interval(found.value, found.rows)
    else:
        counts = class_counts(evidence, level)
        assert counts is not None  # it had a score
        low, high = auc_interval(counts, ordered=number is not None)
    return Interval(value=found.value, low=low, high=high, n=found.rows), found.measure


def auc_interval(counts: Floats, *, ordered: bool, seed: int = 0) -> tuple[float, float]:
    """Percentiles of the AUC over rows drawn again; counts (levels, halves, classes)."""
    draw, flat = np.random.default_rng(seed), counts.reshape(-1)
    rows = int(flat.sum())
    values = []
    for _ in range(RESAMPLES):
        again = draw.multinomial(rows, flat / rows).reshape(counts.shape).astype(np.float64)
        codes = range(counts.shape[2])
        each = [
            max(held_out_auc(again, code), rank_auc(again, code) if ordered else 0.0)
            for code in codes
        ]
        values.append(float(np.mean(each)))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def r2_interval(r2: float, rows: int) -> tuple[float, float]:
    """The large-sample interval of R². Source: Olkin & Finn (1995), Correlations Redux."""
    inside = min(max(r2, 0.0), 1.0)
    n, k = rows, 1
    variance = 4 * inside * (1 - inside) ** 2 * (n - k - 1) ** 2 / ((n**2 - 1) * (n + 3))
    reach = REACH * float(np.sqrt(max(variance, 0.0)))
    return r2 - reach, min(1.0, r2 + reach)


def _filled(asked: Asked, name: str) -> Iterator[Filled]:
    """Per answer, in which share of the rows the column has a value."""
    if not asked.task.classifies:
        return
    table = asked.evidence.table
    value: Any = table[name]
    rows = table.select(answer=table[asked.target].cast("string"), has=value.notnull())
    counted = rows.filter(ibis._.answer.notnull()).group_by("answer")
    found = asked.evidence.ask(
        counted.aggregate(n=ibis._.count(), has=ibis._.has.cast("int64").sum())
    )
    for row in sorted(found, key=lambda row: (-row["n"], row["answer"]))[:MOST_CLASSES]:
        yield Filled(answer=row["answer"], rows=row["n"], share=row["has"] / row["n"])


def _later(asked: Asked, column: ColumnProfile) -> str | None:
    """How often a date lies after the moment of its row, when it mostly does."""
    table, moment = asked.evidence.table, asked.moment
    if not moment or moment == column.name or moment not in table.columns:
        return None
    mine: Any = table[column.name]
    own: Any = table[moment]
    if not all(one.type().is_timestamp() or one.type().is_date() for one in (mine, own)):
        return None
    both = table.select(late=mine.cast("timestamp(6)") > own.cast("timestamp(6)"))
    known = both.filter(ibis._.late.notnull())
    (found,) = asked.evidence.ask(
        known.aggregate(n=ibis._.count(), late=ibis._.late.cast("int64").sum())
    )
    rows, late = found["n"], found["late"] or 0
    if rows < ENOUGH or late <= MOSTLY * rows:
        return None
    return f"It lies after {moment!r} in {percent(late, rows)} of {rows:,} rows."
