"""The same word written in several ways."""

from typing import ClassVar, Literal

import ibis
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, of_rows


class UntidyText(Check):
    """Categories that differ only by blanks around them, or by upper and lower case.

    Each way of writing would be a category of its own. Blank text counts as a gap, not here.
    """

    label: ClassVar[str] = "Untidy text"
    kind: Literal["untidy_text"] = "untidy_text"
    levels: int = Field(5_000, ge=2, le=100_000, description="Categories with more are passed over")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        found: list[Finding] = []
        for column in evidence.profile.columns:
            fit = column.type == "VARCHAR" and column.semantic == "category"
            if column.name in passed or not fit or column.distinct > self.levels:
                continue
            text = evidence.table[column.name]
            bare = text.strip()
            rows = evidence.table.filter(bare != "")
            (answer,) = evidence.ask(
                rows.aggregate(
                    padded=(text != bare).sum(),
                    written=bare.nunique(),
                    meant=bare.lower().nunique(),
                    known=ibis._.count(),
                )
            )
            if answer["padded"]:
                found.append(_padded(column.name, answer["padded"], answer["known"]))
            if answer["meant"] < answer["written"]:
                found.append(_mixed_case(column, answer["written"], answer["meant"]))
        return tuple(found)


def _padded(column: str, count: int, known: int) -> Finding:
    sentence = f"{of_rows(count, known, 'values')} of {column!r} have blanks around them."
    step = {"kind": "trim_text", "column": column}
    return Finding(
        code="blanks_around",
        severity=Severity.CHECK,
        column=column,
        sentence=sentence,
        numbers={"count": count, "values": known},
        fix=add_step(f"Trim {column!r}", step, sentence),
    )


def _mixed_case(profile: ColumnProfile, written: int, meant: int) -> Finding:
    column, usual = profile.name, profile.top[0].value.strip()
    case = "upper" if usual.isupper() else "title" if usual.istitle() else "lower"
    sentence = (
        f"{column!r} has {written:,} values but {meant:,} when upper and lower case count "
        "as the same."
    )
    step = {"kind": "change_case", "column": column, "case": case}
    return Finding(
        code="mixed_case",
        severity=Severity.CHECK,
        column=column,
        sentence=sentence,
        numbers={"written": written, "meant": meant},
        fix=add_step(f"Write {column!r} in one case", step, sentence),
    )
