"""Columns that add up to the answer."""

from typing import ClassVar, Literal

import ibis
import numpy as np
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import exclude, some
from mll_core.domain.task import Floats

_ROWS_PER_COLUMN = 10
_NONE_LEFT = 1e-9


class TargetIdentity(Check):
    """Numeric columns of which a weighted sum is the target, exactly, such as parts of a total.

    Least squares from sums of products computed in the database (Gauss); the columns that are not
    needed for it are dropped one by one. Rows with a gap or an infinite value in any of them are
    left out; columns with more than 5 % gaps are not looked at.
    """

    label: ClassVar[str] = "Parts of the target"
    needs_target: ClassVar[bool] = True
    suspects: ClassVar[bool] = True
    kind: Literal["target_identity"] = "target_identity"
    most: int = Field(60, ge=1, le=500, description="Columns looked at, at most")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        target = evidence.profile.column(evidence.target or "")
        if target is None or not evidence.numeric or not target.std:
            return ()
        columns = self._candidates(evidence)
        if not columns or evidence.profile.rows < _ROWS_PER_COLUMN * len(columns):
            return ()
        products = _products(evidence, [*columns, target])
        complete = products[-1, -1]
        parts = _needed(products) if complete >= _ROWS_PER_COLUMN * len(columns) else []
        if not parts:
            return ()
        names = [columns[i].name for i in parts]
        whole = f"{target.name!r} is exactly a weighted sum of {some(names)}"
        return tuple(
            Finding(
                code="target_identity",
                severity=Severity.PROBLEM,
                column=name,
                sentence=f"{name!r} is a part of the answer: {whole}.",
                numbers={"columns": names, "rows": evidence.profile.rows},
                fix=exclude(name, f"Part of the answer: {whole}.", safe=True),
            )
            for name in names
        )

    def _candidates(self, evidence: Evidence) -> list[ColumnProfile]:
        passed, rows = evidence.excluded | {evidence.target}, evidence.profile.rows
        fit = [
            column
            for column in evidence.profile.columns
            if column.std and column.name not in passed and column.nulls <= 0.05 * rows
        ]
        return fit[: self.most]


def _products(evidence: Evidence, columns: list[ColumnProfile]) -> Floats:
    """Sums of products of the columns, centred and scaled, over rows without a gap; target last."""
    table = evidence.table
    scaled = {
        f"x{i}": (table[column.name].cast("float64") - column.mean) / column.std
        for i, column in enumerate(columns)
    }
    rows = table.select(**scaled).view()
    whole = rows.filter([rows[name].notnull() & (rows[name].abs() < np.inf) for name in scaled])
    pairs = [(a, b) for i, a in enumerate(scaled) for b in list(scaled)[i:]]
    asked = {f"{a}_{b}": (ibis._[a] * ibis._[b]).sum() for a, b in pairs}
    asked |= {name: ibis._[name].sum() for name in scaled}
    (answer,) = evidence.ask(whole.aggregate(n=ibis._.count(), **asked))
    size = len(scaled) + 1  # the last row and column belong to the constant
    products = np.zeros((size, size))
    for a, b in pairs:
        products[int(a[1:]), int(b[1:])] = products[int(b[1:]), int(a[1:])] = (
            answer[f"{a}_{b}"] or 0
        )
    for name in scaled:
        products[int(name[1:]), -1] = products[-1, int(name[1:])] = answer[name] or 0
    products[-1, -1] = answer["n"]
    return products


def _needed(products: Floats) -> list[int]:
    """The fewest columns that still give the target without a rest; empty when there is one."""
    target, constant = len(products) - 2, len(products) - 1
    kept = list(range(target))
    if not np.isfinite(products).all() or _rest(products, kept, target, constant) > _NONE_LEFT:
        return []
    for column in list(kept):
        fewer = [other for other in kept if other != column]
        if _rest(products, fewer, target, constant) <= _NONE_LEFT:
            kept = fewer
    return kept


def _rest(products: Floats, columns: list[int], target: int, constant: int) -> float:
    """Share of the target's variance that a linear model leaves."""
    use = [*columns, constant]
    inner, outer = products[np.ix_(use, use)], products[use, target]
    weights = np.linalg.lstsq(inner, outer, rcond=1e-12)[0]
    spread = products[target, target] - products[constant, target] ** 2 / products[-1, -1]
    left = products[target, target] - 2 * weights @ outer + weights @ inner @ weights
    return float(left / spread) if spread > 0 else 1.0
