"""Rare answers."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.fixes import of_rows

_MOST_CLASSES = 1_000


class Imbalance(Check):
    """Classes of the target that are rare, or too rare to be learned and tested.

    The data is left alone: the threshold is tuned and the metric chosen for it instead.
    """

    label: ClassVar[str] = "Rare classes"
    needs_target: ClassVar[bool] = True
    kind: Literal["imbalance"] = "imbalance"
    rare: float = Field(0.1, ge=0, le=0.5, description="Share below which a class is rare")
    too_few: int = Field(20, ge=2, le=1_000, description="Rows below which a class is too rare")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        column = evidence.profile.column(evidence.target or "")
        if column is None or not (evidence.task and evidence.task.classifies):
            return ()
        if not 1 < column.distinct <= _MOST_CLASSES:
            return ()
        table = evidence.table
        target = table[column.name]
        counts = table.filter(target.notnull()).group_by(value=target.cast("string"))
        known = evidence.profile.rows - column.nulls
        found = sorted(evidence.ask(counts.aggregate(n=target.count())), key=lambda row: row["n"])
        value, count = str(found[0]["value"]), int(found[0]["n"])
        if count >= self.rare * known and count >= self.too_few:
            return ()
        short = count < self.too_few
        sentence = f"Only {of_rows(count, known)} are {value!r}"
        sentence += (
            "; too few to learn and to test: collect more, or merge it with another class."
            if short
            else "; accuracy would mislead, so rankings and thresholds are judged instead."
        )
        return (
            Finding(
                code="imbalance",
                severity=Severity.PROBLEM if short else Severity.CHECK,
                column=column.name,
                sentence=sentence,
                numbers={"class": value, "count": count, "rows": known},
            ),
        )
