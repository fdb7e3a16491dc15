"""Columns that say the same."""

from itertools import combinations
from typing import ClassVar, Literal

import ibis
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import exclude


class Copies(Check):
    """Pairs of columns that are equal in every row, or that name the same thing in two ways.

    The second of two equal columns is left out without asking. Where each value of one goes with
    exactly one value of the other (a name and its code), it asks. Two NULLs are equal.
    """

    label: ClassVar[str] = "Copies"
    kind: Literal["copies"] = "copies"
    levels: int = Field(1_000, ge=2, le=100_000, description="Most values of a renamed copy")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        columns = [c for c in evidence.profile.columns if c.name not in passed and c.distinct > 1]
        found: list[Finding] = []
        copied: set[str] = set()
        for a, b in combinations(columns, 2):
            if {a.name, b.name} & copied or not _alike(a, b):
                continue
            if finding := self._compare(a, b, evidence):
                found.append(finding)
                copied.add(b.name)
        return tuple(found)

    def _compare(self, a: ColumnProfile, b: ColumnProfile, evidence: Evidence) -> Finding | None:
        table, rows = evidence.table, evidence.profile.rows
        if a.type == b.type and (a.min, a.max) == (b.min, b.max):
            differ = ~table[a.name].identical_to(table[b.name])
            (answer,) = evidence.ask(table.aggregate(n=differ.sum()))
            if not answer["n"]:
                sentence = f"{b.name!r} equals {a.name!r} in all {rows:,} rows."
                return _finding(a, b, sentence, exact=True)
        if a.semantic in ("number", "id", "text") or not 2 < a.distinct <= self.levels:  # noqa: PLR2004
            return None
        pairs = table.select(a=table[a.name], b=table[b.name]).distinct()
        (answer,) = evidence.ask(pairs.aggregate(n=ibis._.count()))
        if answer["n"] != a.distinct + (a.nulls > 0):
            return None
        sentence = (
            f"{b.name!r} says the same as {a.name!r}: each of the {a.distinct:,} values of one "
            "goes with exactly one value of the other."
        )
        return _finding(a, b, sentence, exact=False)


def _alike(a: ColumnProfile, b: ColumnProfile) -> bool:
    """What two copies must share, whatever their values are called."""
    counts_a, counts_b = ([top.count for top in column.top] for column in (a, b))
    return (a.distinct, a.nulls, counts_a) == (b.distinct, b.nulls, counts_b)


def _finding(a: ColumnProfile, b: ColumnProfile, sentence: str, *, exact: bool) -> Finding:
    return Finding(
        code="copy" if exact else "same_information",
        severity=Severity.CHECK,
        column=b.name,
        sentence=sentence,
        numbers={"of": a.name, "distinct": a.distinct},
        fix=exclude(b.name, sentence, safe=exact),
    )
