"""Columns that know the answer."""

import math
from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import exclude
from mll_core.domain.levels import Score, level_of, number_of, score

_NAMES = {"auc": "ROC AUC", "r2": "R²"}
_SMALL = 500


class Leaks(Check):
    """Columns that alone predict the target almost perfectly: too good to be known beforehand.

    Each column is scored by itself: ROC AUC for classes (averaged one against the rest), R² for
    numbers, learned on one half of the rows and scored on the other. Computed before the split, on
    all rows with a value. Above ``certain`` it is a problem, and left out without asking, unless
    the column is a measured number below ``perfect`` or there are under 500 rows: nature can be
    that plain. Above ``likely`` (or ``likely_r2``) it asks.
    """

    label: ClassVar[str] = "Leaks"
    needs_target: ClassVar[bool] = True
    suspects: ClassVar[bool] = True
    kind: Literal["leaks"] = "leaks"
    certain: float = Field(0.95, ge=0.8, le=1, description="AUC or R² that is a problem")
    perfect: float = Field(0.99, ge=0.8, le=1, description="The same for measured numbers")
    likely: float = Field(0.85, ge=0.5, le=1, description="AUC above which it asks")
    likely_r2: float = Field(0.8, ge=0.2, le=1, description="R² above which it asks")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        found, rows = [], evidence.profile.rows
        for column in evidence.profile.columns:
            level = None if column.name in passed else level_of(column, evidence.table, rows)
            if level is None or evidence.task is None:
                continue
            alone = score(evidence, level, number_of(column, evidence.table))
            if alone and not math.isnan(alone.value):
                found.append(self._judge(column, alone, evidence))
        return tuple(finding for finding in found if finding)

    def _judge(self, column: ColumnProfile, alone: Score, evidence: Evidence) -> Finding | None:
        asks = self.likely_r2 if evidence.numeric else self.likely
        if alone.value <= asks:
            return None
        certain = alone.value > self.certain
        measured = column.semantic == "number" and alone.value < self.perfect
        reason = (
            f"Alone predicts {evidence.target!r} with {_NAMES[alone.measure]} {alone.value:.3f}: "
            "it may only be known afterwards."
        )
        sentence = (
            f"{column.name!r} alone predicts {evidence.target!r} with "
            f"{_NAMES[alone.measure]} {alone.value:.3f} on {alone.rows:,} rows. Is it known when "
            "the decision is taken?"
        )
        safe = certain and not measured and evidence.profile.rows >= _SMALL
        return Finding(
            code="leak",
            severity=Severity.PROBLEM if certain else Severity.CHECK,
            column=column.name,
            sentence=sentence,
            numbers={alone.measure: alone.value, "rows": alone.rows},
            fix=exclude(column.name, reason, safe=safe),
        )
