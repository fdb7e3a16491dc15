"""Columns that never change."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import exclude, of_rows

_ENOUGH_ROWS = 200


class Constants(Check):
    """Columns that are empty, or hold one value in (almost) every row: nothing to learn from.

    They are left out without asking. Missing counts as a value here. Below 200 rows only columns
    that never change are named.
    """

    label: ClassVar[str] = "Constant columns"
    kind: Literal["constants"] = "constants"
    share: float = Field(0.995, ge=0.5, le=1, description="Share of one value that is too much")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        columns = [column for column in evidence.profile.columns if column.name not in passed]
        found = (self._finding(column, evidence.profile.rows) for column in columns)
        return tuple(finding for finding in found if finding)

    def _finding(self, column: ColumnProfile, rows: int) -> Finding | None:
        value, count = _most_frequent(column)
        limit = self.share * rows if rows >= _ENOUGH_ROWS else rows - 1
        if rows < 2 or count <= limit:  # noqa: PLR2004
            return None
        if column.semantic == "empty":
            sentence = f"{column.name!r} is empty in all {rows:,} rows."
        else:
            sentence = f"{column.name!r} is {value} in {of_rows(count, rows)}."
        return Finding(
            code="constant",
            severity=Severity.CHECK,
            column=column.name,
            sentence=sentence,
            numbers={"count": count, "rows": rows},
            fix=exclude(column.name, sentence, safe=True),
        )


def _most_frequent(column: ColumnProfile) -> tuple[str, int]:
    top = column.top[0] if column.top else None
    if top is None or column.nulls >= top.count:
        return "missing", column.nulls
    return repr(top.value), top.count
