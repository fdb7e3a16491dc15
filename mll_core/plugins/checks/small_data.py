"""Too little data."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding, Severity


class SmallData(Check):
    """Few rows, or few rows for each column: intervals are wide and chance looks like a pattern."""

    label: ClassVar[str] = "Little data"
    kind: Literal["small_data"] = "small_data"
    rows: int = Field(500, ge=10, le=100_000, description="Rows below which it is said")
    very_few: int = Field(50, ge=2, le=1_000, description="Rows below which it is a problem")
    per_column: int = Field(5, ge=1, le=100, description="Rows for each column, at least")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        rows, columns = evidence.profile.rows, len(evidence.profile.columns)
        if rows >= self.rows and rows >= self.per_column * columns:
            return ()
        few = rows < self.very_few
        beside = f" for {columns:,} columns" if rows < self.per_column * columns else ""
        advice = (
            "too few for an honest test: collect more."
            if few
            else "expect wide intervals, and prefer simple models."
        )
        return (
            Finding(
                code="small_data",
                severity=Severity.PROBLEM if few else Severity.CHECK,
                sentence=f"There are {rows:,} rows{beside}; {advice}",
                numbers={"rows": rows, "columns": columns},
            ),
        )
