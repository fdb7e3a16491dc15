"""Gaps that know the answer."""

import math
from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import exclude, of_rows
from mll_core.domain.levels import indicator_score

_FEW = 20
_SMALL = 500


class LeakingMissingness(Check):
    """Columns filled in for one answer and empty for the other, such as a reason for leaving.

    The score is that of "has a value" alone: ROC AUC for classes, R² for numbers, on all rows.
    """

    label: ClassVar[str] = "Leaking gaps"
    needs_target: ClassVar[bool] = True
    suspects: ClassVar[bool] = True
    kind: Literal["leaking_missingness"] = "leaking_missingness"
    certain: float = Field(0.9, ge=0.6, le=1, description="AUC or R² that is a problem")
    likely: float = Field(0.75, ge=0.5, le=1, description="AUC or R² above which it asks")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        rows, found = evidence.profile.rows, []
        passed = evidence.excluded | {evidence.target}
        for column in evidence.profile.columns:
            gaps = min(column.nulls, rows - column.nulls)
            if column.name in passed or gaps < _FEW or evidence.task is None:
                continue
            alone = indicator_score(evidence, evidence.table[column.name].isnull())
            if alone is None or math.isnan(alone.value) or alone.value <= self.likely:
                continue
            certain = alone.value > self.certain
            reason = f"Whether it has a value tells {evidence.target!r} ({alone.value:.3f})."
            found.append(
                Finding(
                    code="leaking_missingness",
                    severity=Severity.PROBLEM if certain else Severity.CHECK,
                    column=column.name,
                    sentence=f"{column.name!r} is missing in {of_rows(column.nulls, rows)}, and "
                    f"that alone predicts {evidence.target!r} "
                    f"({'ROC AUC' if alone.measure == 'auc' else 'R²'} {alone.value:.3f}): it may "
                    "be filled in afterwards.",
                    numbers={alone.measure: alone.value, "missing": column.nulls, "rows": rows},
                    fix=exclude(column.name, reason, safe=certain and rows >= _SMALL),
                )
            )
        return tuple(found)
