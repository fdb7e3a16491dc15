"""Rows without an answer."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import of_rows


class MissingTarget(Check):
    """Rows whose target is missing: they are left out of learning and counted."""

    label: ClassVar[str] = "Missing target"
    needs_target: ClassVar[bool] = True
    kind: Literal["missing_target"] = "missing_target"
    many: float = Field(0.05, ge=0, le=1, description="Share of rows above which it warns")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        column = evidence.profile.column(evidence.target or "")
        if column is None or not column.nulls:
            return ()
        rows = evidence.profile.rows
        return (
            Finding(
                code="missing_target",
                severity=Severity.CHECK if column.nulls > self.many * rows else Severity.OK,
                column=column.name,
                sentence=f"{of_rows(column.nulls, rows)} have no {column.name!r}; "
                "they are left out of learning.",
                numbers={"missing": column.nulls, "rows": rows},
            ),
        )
