"""Repeated rows."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, of_rows


class Duplicates(Check):
    """Rows that agree with an earlier row in every column.

    Few of them are dropped without asking: left in, the same row may stand on both sides of the
    split. Many of them are rather how the data is (few columns, coarse values): then it asks.
    """

    label: ClassVar[str] = "Repeated rows"
    kind: Literal["duplicates"] = "duplicates"
    many: float = Field(0.05, ge=0, le=1, description="Share of rows above which it asks")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        rows, repeated = evidence.profile.rows, evidence.profile.duplicates
        if not repeated:
            return ()
        few = repeated <= self.many * rows
        sentence = f"{of_rows(repeated, rows)} repeat an earlier row in every column."
        if not few:
            sentence += " That many may simply be alike: drop them only if each should occur once."
        fix = add_step(
            "Drop repeated rows",
            {"kind": "drop_duplicates"},
            f"{repeated:,} rows repeat an earlier one.",
            safe=few,
        )
        numbers = {"duplicates": repeated, "rows": rows}
        return (
            Finding(
                code="duplicates",
                severity=Severity.CHECK,
                sentence=sentence,
                numbers=numbers,
                fix=fix,
            ),
        )
