"""Missing values."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import exclude, of_rows, some


class MissingValues(Check):
    """Columns with missing values: one finding for each that is mostly missing, one for the rest.

    NaN counts as missing. Nothing is filled or dropped without asking: models take gaps as they
    are, and a gap may say something.
    """

    label: ClassVar[str] = "Missing values"
    kind: Literal["missing_values"] = "missing_values"
    mostly: float = Field(0.6, ge=0, le=1, description="Share above which leaving out is proposed")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        rows, found, some_missing = evidence.profile.rows, [], []
        for column in evidence.profile.columns:
            skip = column.name == evidence.target or column.name in evidence.excluded
            if skip or not column.nulls or column.nulls == rows:
                continue
            if column.nulls <= self.mostly * rows:
                some_missing.append(column)
                continue
            reason = f"{of_rows(column.nulls, rows)} have no value."
            found.append(
                Finding(
                    code="mostly_missing",
                    severity=Severity.CHECK,
                    column=column.name,
                    sentence=f"{of_rows(column.nulls, rows)} have no {column.name!r}.",
                    numbers={"missing": column.nulls, "rows": rows},
                    fix=exclude(column.name, reason, safe=False),
                )
            )
        if some_missing:
            worst = max(some_missing, key=lambda column: column.nulls)
            names = [column.name for column in some_missing]
            found.append(
                Finding(
                    code="missing_values",
                    severity=Severity.OK,
                    sentence=f"{len(names)} of {len(evidence.profile.columns)} columns have gaps "
                    f"({some(names)}), at most {of_rows(worst.nulls, rows)} in {worst.name!r}; "
                    "the models take them as they are.",
                    numbers={column.name: column.nulls for column in some_missing},
                )
            )
        return tuple(found)
