"""Numbers kept as text."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, of_rows
from mll_core.domain.number_evidence import as_large, behind, counted, values


class TextNumbers(Check):
    """Text columns whose values are numbers with currency, percent or thousands signs, or gaps.

    Blank text and marks such as ``?`` count as missing. The decimal sign is decided by evidence:
    by which reading fits more values. Codes with leading zeros are left alone. When every value
    fits in one reading only, the step is taken without asking.
    """

    label: ClassVar[str] = "Numbers as text"
    kind: Literal["text_numbers"] = "text_numbers"
    share: float = Field(0.9, ge=0.5, le=1, description="Share of values that must be numbers")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        found = [
            self._judge(column, evidence)
            for column in evidence.profile.columns
            if column.type == "VARCHAR" and column.name not in passed and _digits(column)
        ]
        return tuple(finding for finding in found if finding)

    def _judge(self, column: ColumnProfile, evidence: Evidence) -> Finding | None:
        at = values(evidence.table, column.name)
        answer = counted(at, evidence.ask)
        known, best = answer["known"], answer["either"]
        if not known or best < self.share * known or answer["codes"]:
            return None
        told = behind(at, evidence.ask)
        if told is None:
            return None
        decimal = "point" if answer["point"] >= answer["comma"] else "comma"
        decimal = decimal if answer[decimal] == best else "auto"
        percents = 0 < answer["percent"] < known
        sure = best == known and not (answer["doubt"] or percents or told or decimal == "auto")
        left = known - best
        sentence = f"{of_rows(best, known, 'values')} of {column.name!r} are numbers kept as text"
        sentence += f", {left:,} {'is' if left == 1 else 'are'} not" if left else ""
        if decimal == "auto":
            sentence += "; some have a decimal comma and some a decimal point"
        if unit := told.get("unit"):
            sentence += f"; all become {unit}"
        if percents and as_large(at, evidence.ask):
            told["percent"] = False
            sentence += "; those with a % are as large as those without, so the sign is left out"
        elif percents:
            sentence += "; some are percentages and some are not"
        step = {"kind": "parse_numbers", "column": column.name, "decimal": decimal, **told}
        return Finding(
            code="text_numbers",
            severity=Severity.CHECK,
            column=column.name,
            sentence=f"{sentence}.",
            numbers={"numbers": best, "values": known, "decimal": decimal},
            fix=add_step(f"Read {column.name!r} as numbers", step, f"{sentence}.", safe=sure),
        )


def _digits(column: ColumnProfile) -> bool:
    """Cheap look before counting: most frequent values hold digits."""
    holding = sum(any(c.isdigit() for c in top.value) for top in column.top)
    return 2 * holding >= len(column.top)
