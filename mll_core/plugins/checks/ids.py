"""Identifiers."""

from typing import ClassVar, Literal

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import exclude

# Money, measures and dates are values even when no two are alike; codes of plain digits are not.
_VALUE_TEXT = r"^[^0-9A-Za-z]{0,3}[0-9]{1,4}([.,/: -][0-9]+)+[^0-9]{0,6}$|^[^0-9A-Za-z]+[0-9]+$"
_MOSTLY = 0.5


class Ids(Check):
    """Columns that name rows instead of describing them: almost every value is different.

    They are left out without asking: a model can only learn them by heart. Money or dates written
    as text are not identifiers, however different they are.
    """

    label: ClassVar[str] = "Identifiers"
    kind: Literal["ids"] = "ids"

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        candidates = [
            column
            for column in evidence.profile.columns
            if column.semantic == "id" and column.name not in passed
        ]
        return tuple(
            self._finding(column, evidence.profile.rows)
            for column in candidates
            if not _holds_values(column, evidence)
        )

    def _finding(self, column: ColumnProfile, rows: int) -> Finding:
        known = rows - column.nulls
        reason = f"Names rows: {column.distinct:,} different values in {known:,} rows."
        return Finding(
            code="id",
            severity=Severity.CHECK,
            column=column.name,
            sentence=f"{column.name!r} names rows: {column.distinct:,} different values "
            f"in {known:,} rows.",
            numbers={"distinct": column.distinct, "rows": known},
            fix=exclude(column.name, reason, safe=True),
        )


def _holds_values(column: ColumnProfile, evidence: Evidence) -> bool:
    if column.type != "VARCHAR":
        return False
    text = evidence.table[column.name]
    (found,) = evidence.ask(
        evidence.table.aggregate(
            values=text.strip().re_search(_VALUE_TEXT).sum().name("values"), known=text.count()
        )
    )
    return int(found["values"] or 0) > _MOSTLY * int(found["known"])
