"""Spellings that look alike."""

from typing import ClassVar, Literal

import ibis
from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.clusters import Cluster, clusters, merged
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import add_step, of_rows, some
from mll_core.domain.spelling import words

_OFTEN = 5


class SimilarValues(Check):
    """Categories with several spellings of one value: "São Paulo", "Sao-Paulo", "Sao Pauloo".

    Spellings that differ only in case or in blanks are told by Untidy text, and count here only
    beside others. Slips of letters are told where the usual spelling is much more frequent.
    """

    label: ClassVar[str] = "Similar values"
    kind: Literal["similar_values"] = "similar_values"
    levels: int = Field(5_000, ge=2, le=100_000, description="Categories with more are passed over")
    reach: float = Field(0.15, ge=0, le=0.5, description="Share of letters that may be slips")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        passed = evidence.excluded | {evidence.target}
        fit = [
            column
            for column in evidence.profile.columns
            if column.name not in passed
            and (column.type, column.semantic) == ("VARCHAR", "category")
            and 1 < column.distinct <= self.levels
            and not _digits(column)
        ]
        found = [self._judge(column, evidence) for column in fit]
        return tuple(finding for finding in found if finding)

    def _judge(self, column: ColumnProfile, evidence: Evidence) -> Finding | None:
        text = evidence.table[column.name]
        groups = evidence.table.filter(text.notnull()).group_by(value=text)
        counts = {
            row["value"]: row["n"] for row in evidence.ask(groups.aggregate(n=ibis._.count()))
        }
        alike = self._alike(counts)
        if not alike:
            return None
        name, rows = column.name, sum(counts.values())
        changed, values = sum(one.rows for one in alike), merged(alike)
        spellings = "spellings that look" if len(values) > 1 else "spelling that looks"
        pairs = [f"{old!r} like {new!r}" for old, new in list(values.items())[:2]]
        sentence = (
            f"{name!r} has {len(values):,} {spellings} like others ({', '.join(pairs)}), in "
            f"{of_rows(changed, rows, 'values')}."
        )
        label = f"Merge {some(list(values), 2)} in {name!r}"
        step = {"kind": "replace_values", "column": name, "values": values}
        return Finding(
            code="similar_values",
            severity=Severity.CHECK,
            column=name,
            sentence=sentence,
            numbers={"spellings": len(values), "count": changed, "values": rows},
            fix=add_step(label, step, sentence),
        )

    def _alike(self, counts: dict[str, int]) -> tuple[Cluster, ...]:
        """Values of the same words, and slips beside what is far more frequent; each once."""
        same = [one for one in map(_in_order, clusters(counts)) if _differ(one)]
        taken = {value for one in same for value, _ in one.values if value != one.keep}
        near = clusters({v: n for v, n in counts.items() if v not in taken}, "letters", self.reach)
        slips = []
        for one in near:
            (keep, most), *others = one.values
            rare = [(v, n) for v, n in others if n * _OFTEN <= most and _bare(v) != _bare(keep)]
            if rare:
                slips.append(Cluster(values=((keep, most), *rare), keep=keep))
        return (*same, *slips)


def _digits(column: ColumnProfile) -> bool:
    """Whether most values hold digits: dates, codes and amounts are not spellings."""
    holding = sum(any(map(str.isdigit, top.value)) for top in column.top)
    return 2 * holding > len(column.top)


def _in_order(one: Cluster) -> Cluster:
    """Without the values that say the same words in another order: that may mean something."""
    kept = tuple(pair for pair in one.values if words(pair[0]) == words(one.keep))
    return Cluster(values=kept, keep=one.keep)


def _differ(one: Cluster) -> bool:
    return len({_bare(value) for value, _ in one.values}) > 1


def _bare(value: str) -> str:
    """What Untidy text sees as one value."""
    return value.strip().lower()
