"""Missing values in disguise."""

from typing import Any, ClassVar, Literal

import ibis
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.disguises import CODES, MARKS, WORDS
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, number, of_rows, some


class DisguisedMissing(Check):
    """Text such as ``?``, ``N/A``, ``unknown`` or blanks, and codes such as -1 or 999.

    Text is compared without case and blanks around it. A code counts when it is the smallest or
    largest value and stands apart from all others. Nothing is changed without asking: ``NA`` may
    be a province, and "unknown" may say something.
    """

    label: ClassVar[str] = "Missing in disguise"
    kind: Literal["disguised_missing"] = "disguised_missing"
    apart: float = Field(0.5, ge=0, le=10, description="Gap before a code, in ranges of the others")
    least: float = Field(0.001, ge=0, le=1, description="Share of rows a code must have")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        columns = [c for c in evidence.profile.columns if c.name not in passed]
        found = [
            self._in_text(column, evidence)
            if column.type == "VARCHAR"
            else self._in_numbers(column, evidence)
            for column in columns
            if column.semantic not in ("id", "constant", "empty")
        ]
        return tuple(finding for finding in found if finding)

    def _in_text(self, column: ColumnProfile, evidence: Evidence) -> Finding | None:
        text = evidence.table[column.name]
        marked = evidence.table.filter(text.strip().lower().isin([*MARKS, *WORDS]))
        groups = marked.group_by(value=marked[column.name]).aggregate(n=ibis._.count())
        values = {row["value"]: row["n"] for row in evidence.ask(groups)}
        if not values or len(values) == column.distinct:
            return None
        sure = all(value.strip().lower() in MARKS for value in values)
        ask = "" if sure else " Is that missing, or a value of its own?"
        names = sorted(values, key=lambda value: -values[value])
        count = of_rows(sum(values.values()), evidence.profile.rows)
        sentence = f"{count} have {some(names)} as {column.name!r}.{ask}"
        return _finding(column.name, names, sum(values.values()), evidence.profile.rows, sentence)

    def _in_numbers(self, column: ColumnProfile, evidence: Evidence) -> Finding | None:
        codes = [code for code in CODES if code in (column.min, column.max)]
        if column.mean is None or not codes or column.distinct < 3:  # noqa: PLR2004
            return None
        value = evidence.table[column.name].cast("float64")
        for code in codes:
            others = value.nullif(float(code))
            (answer,) = evidence.ask(
                evidence.table.aggregate(
                    n=(value == code).sum(), low=others.min(), high=others.max()
                )
            )
            low, high, count = float(answer["low"]), float(answer["high"]), int(answer["n"])
            gap = low - code if code < low else code - high
            apart = (code < 0 <= low) or gap > self.apart * max(high - low, 1)
            if apart and count >= self.least * evidence.profile.rows:
                sentence = (
                    f"{of_rows(count, evidence.profile.rows)} have {code} as {column.name!r}, "
                    f"the others lie between {number(low)} and {number(high)}. Does {code} mean "
                    "missing?"
                )
                rows = evidence.profile.rows
                return _finding(column.name, [code], count, rows, sentence)
        return None


def _finding(column: str, values: list[Any], count: int, rows: int, sentence: str) -> Finding:
    step = {"kind": "replace_values", "column": column, "values": {str(v): None for v in values}}
    return Finding(
        code="disguised_missing",
        severity=Severity.CHECK,
        column=column,
        sentence=sentence,
        numbers={"values": values, "count": count, "rows": rows},
        fix=add_step(f"Treat {some([str(value) for value in values])} as missing", step, sentence),
    )
