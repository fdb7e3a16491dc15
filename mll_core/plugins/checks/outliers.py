"""Far-off values."""

from typing import ClassVar, Literal

import ibis
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, number, of_rows


class Outliers(Check):
    """Numbers far beyond the quartiles (Tukey's fences, wide ones): typing errors, or the rich.

    Flagged, never changed without asking. Columns whose quartiles are equal have no fences.
    """

    label: ClassVar[str] = "Outliers"
    kind: Literal["outliers"] = "outliers"
    fences: float = Field(10, ge=1.5, le=100, description="Distance in interquartile ranges")
    most: float = Field(0.01, ge=0, le=0.1, description="Above this share they are no exception")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        found = []
        for column in evidence.profile.columns:
            bounds = self._fences(column)
            if column.name in passed or column.semantic == "id" or not bounds:
                continue
            low, high = bounds
            if float(column.min) >= low and float(column.max) <= high:
                continue
            value = evidence.table[column.name].cast("float64")
            beyond = evidence.table.filter((value < low) | (value > high))
            (answer,) = evidence.ask(beyond.aggregate(n=ibis._.count()))
            if 0 < answer["n"] <= self.most * evidence.profile.rows:
                found.append(_finding(column, answer["n"], evidence.profile.rows, bounds))
        return tuple(found)

    def _fences(self, column: ColumnProfile) -> tuple[float, float] | None:
        if not column.quantiles:
            return None
        lower, upper = column.quantiles["0.25"], column.quantiles["0.75"]
        reach = self.fences * (upper - lower)
        return (lower - reach, upper + reach) if reach > 0 else None


def _finding(column: ColumnProfile, count: int, rows: int, bounds: tuple[float, float]) -> Finding:
    low, high = bounds
    most = column.max if float(column.max) > high else column.min
    quantiles = column.quantiles or {}
    return Finding(
        code="outliers",
        severity=Severity.CHECK,
        column=column.name,
        sentence=f"{of_rows(count, rows)} have a {column.name!r} far from the others, up to "
        f"{number(most)}; half of all lie between {number(quantiles['0.25'])} and "
        f"{number(quantiles['0.75'])}.",
        numbers={"count": count, "rows": rows, "low": low, "high": high},
        fix=add_step(
            f"Clip {column.name!r}",
            {"kind": "clip_outliers", "column": column.name},
            f"{count:,} values are far from the others.",
        ),
    )
