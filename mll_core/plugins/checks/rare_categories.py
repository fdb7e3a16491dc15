"""Rare categories."""

from typing import ClassVar, Literal

import ibis
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, of_rows, some

_EACH = 3


class RareCategories(Check):
    """Values of a category that few rows have: too few to learn what they mean.

    Nothing is to be done: models treat them as one group, "Other". A step does it for all to see.
    """

    label: ClassVar[str] = "Rare categories"
    kind: Literal["rare_categories"] = "rare_categories"
    share: float = Field(0.01, ge=0, le=0.2, description="Share of rows below which it is rare")
    rows: int = Field(20, ge=1, le=1_000, description="Rows below which it is rare in any case")
    levels: int = Field(200, ge=2, le=10_000, description="Categories with more are not looked at")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        found: list[Finding] = []
        for column in evidence.profile.columns:
            fit = column.semantic == "category" and 2 < column.distinct <= self.levels  # noqa: PLR2004
            if column.name in passed or not fit:
                continue
            value = evidence.table[column.name]
            limit = max(self.share * evidence.profile.rows, self.rows)
            groups = evidence.table.filter(value.notnull()).group_by(value=value)
            counts = evidence.ask(groups.aggregate(n=ibis._.count()))
            rare = sorted((row for row in counts if row["n"] < limit), key=lambda row: -row["n"])
            if rare and len(rare) < len(counts):
                names = [str(row["value"]) for row in rare]
                covered = sum(row["n"] for row in rare)
                found.append(_finding(column.name, names, covered, evidence.profile.rows))
        return tuple(found) if len(found) <= _EACH else (_together(found),)


def _together(found: list[Finding]) -> Finding:
    names = [str(finding.column) for finding in found]
    return Finding(
        code="rare_categories",
        severity=Severity.OK,
        sentence=f"{len(names)} columns have rare values ({some(names)}); the models treat those "
        "of a column as one group.",
        numbers={name: finding.numbers for name, finding in zip(names, found, strict=True)},
    )


def _finding(column: str, names: list[str], covered: int, rows: int) -> Finding:
    what = "values" if len(names) > 1 else "value"
    return Finding(
        code="rare_categories",
        severity=Severity.OK,
        column=column,
        sentence=f"{column!r} has {len(names)} rare {what} ({some(names, 3)}) in "
        f"{of_rows(covered, rows)}; the models treat them as one group.",
        numbers={"values": len(names), "count": covered, "rows": rows},
        fix=add_step(
            f"Group rare values of {column!r}",
            {"kind": "group_rare", "column": column},
            f"{len(names)} values are rare.",
        ),
    )
