"""Dates kept as text."""

import re
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.date_formats import cover, readable, twins
from mll_core.domain.date_patterns import usual
from mll_core.domain.date_words import in_words
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, of_rows

_MISSING = ("", "?", "n/a", "na", "nan", "null", "none", "-", "unknown", "error")
_LIKE_DATE = re.compile(r"^(?=(.*[0-9]){3}).{6,30}$", re.DOTALL)


class TextDates(Check):
    """Text columns whose values are dates, in one format or in a few.

    The formats are decided from all values. Where day and month could be read either way, the
    reading that fits more values wins; if both fit all of them it asks, for 03/04 may be March or
    April. When every value fits without such doubt, the step is taken without asking.
    """

    label: ClassVar[str] = "Dates as text"
    kind: Literal["text_dates"] = "text_dates"
    share: float = Field(0.9, ge=0.5, le=1, description="Share of values that must be dates")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        found = [
            self._judge(column, evidence)
            for column in evidence.profile.columns
            if column.type == "VARCHAR" and column.name not in passed and _like_dates(column)
        ]
        return tuple(finding for finding in found if finding)

    def _judge(self, column: ColumnProfile, evidence: Evidence) -> Finding | None:
        rows = evidence.table.select(text=evidence.table[column.name].strip())
        rows = rows.filter(rows.text.notnull() & ~rows.text.lower().isin(_MISSING))
        counts = readable(rows.text, evidence.ask)
        formats, covered = cover(counts, rows.text, evidence.ask)
        (answer,) = evidence.ask(rows.aggregate(known=ibis._.count()))
        known = int(answer["known"] or 0)
        layout, told = "|".join(formats), " and ".join(map(in_words, formats))
        if covered < known and (more := _in_any_way(rows, evidence)) > covered:
            covered, layout, told = more, "auto", f"{told} and in other ways"
        if not formats or covered < self.share * known:
            return None
        doubt = [f for f in formats for twin in twins(f) if counts.get(twin, 0) == counts[f]]
        sentence = (
            f"{of_rows(covered, known, 'values')} of {column.name!r} are dates kept as text, "
            f"written as {told}."
        )
        first = _first(formats, counts)
        sentence += f" {first}" if first and not doubt else ""
        if doubt:
            sentence += " Day and month could be the other way round: please decide."
        step = {"kind": "parse_dates", "column": column.name, "format": layout}
        safe = covered == known and not doubt
        return Finding(
            code="text_dates",
            severity=Severity.CHECK,
            column=column.name,
            sentence=sentence,
            numbers={"dates": covered, "values": known, "formats": formats},
            fix=add_step(f"Read {column.name!r} as dates", step, sentence, safe=safe),
        )


def _in_any_way(rows: ir.Table, evidence: Evidence) -> int:
    """How many values are dates in any way that Parse dates knows."""
    at = usual(rows, rows.text)
    (answer,) = evidence.ask(at.table.aggregate(n=ibis.coalesce(at["day"], at["month"]).count()))
    return int(answer["n"] or 0)


def _first(formats: list[str], counts: dict[str, int]) -> str:
    """Whether day or month comes first, and the evidence for it."""
    for layout in formats:
        for twin in twins(layout):
            first = "day" if layout.startswith("%d") else "month"
            reads, other = counts[layout], counts.get(twin, 0)
            return f"The {first} comes first: that reads {reads:,}, the other way round {other:,}."
    return ""


def _like_dates(column: ColumnProfile) -> bool:
    """Cheap look before counting: most frequent values have digits, and room for a date."""
    fit = sum(bool(_LIKE_DATE.match(top.value)) for top in column.top)
    return bool(column.top) and 2 * fit >= len(column.top)
