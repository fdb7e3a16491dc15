"""Numbers kept as text."""

from typing import Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, of_rows

_MISSING = ("", "?", "n/a", "#n/a", "na", "nan", "null", "none", "nil", "-", "--", ".", "unknown")
_BEFORE, _AFTER = r"^[$€£¥]?\s?[-+]?", r"\s?[%$€£¥]?$"
_POINT = _BEFORE + r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?" + _AFTER
_COMMA = _BEFORE + r"([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]*)?" + _AFTER
_CODE = r"^[+-]?0[0-9]"


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
        answer = _counted(evidence, column.name)
        known, best = answer["known"], max(answer["point"], answer["comma"])
        if not known or best < self.share * known or answer["codes"]:
            return None
        decimal = "point" if answer["point"] >= answer["comma"] else "comma"
        percents = 0 < answer["percent"] < known
        sure = best == known and not answer["doubt"] and not percents
        left = known - best
        sentence = f"{of_rows(best, known, 'values')} of {column.name!r} are numbers kept as text"
        sentence += f", {left:,} are not" if left else ""
        sentence += "; some are percentages and some are not" if percents else ""
        step = {"kind": "parse_numbers", "column": column.name, "decimal": decimal}
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


def _counted(evidence: Evidence, name: str) -> dict[str, Any]:
    text = evidence.table[name].strip()
    rows = evidence.table.select(text=text)
    rows = rows.filter(rows.text.notnull() & ~rows.text.lower().isin(_MISSING))
    point, comma = rows.text.re_search(_POINT), rows.text.re_search(_COMMA)
    # "1.234" fits both readings; so a file of nothing else decides nothing.
    unlike: ir.BooleanValue = point & comma & (rows.text.contains(".") | rows.text.contains(","))
    (answer,) = evidence.ask(
        rows.aggregate(
            known=ibis._.count(),
            point=point.sum(),
            comma=comma.sum(),
            both=unlike.sum(),
            codes=rows.text.re_search(_CODE).sum(),
            percent=rows.text.contains("%").sum(),
        )
    )
    counts = {key: int(value or 0) for key, value in answer.items()}
    return {**counts, "doubt": counts["point"] == counts["comma"] and counts["both"] > 0}
