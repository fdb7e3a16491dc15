"""Answers with a long tail."""

from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.check import Check, Evidence
from mll_core.domain.finding import Finding, Severity


class SkewedTarget(Check):
    """A numeric target with a long tail to the right: a few large values rule the squared error.

    Skewness is the third central moment over the cube of the standard deviation. Nothing is to be
    done: training tries a logarithm, and results are in the original unit.
    """

    label: ClassVar[str] = "Skewed target"
    needs_target: ClassVar[bool] = True
    kind: Literal["skewed_target"] = "skewed_target"
    limit: float = Field(1, ge=0.5, le=10, description="Skewness above which it is said")

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        column = evidence.profile.column(evidence.target or "")
        if column is None or not evidence.numeric or not column.std:
            return ()
        values = evidence.table[column.name].cast("float64")
        scaled = (values - column.mean) / column.std
        finite = values.abs() < float("inf")
        asked = (scaled * scaled * scaled).mean(where=finite)
        (answer,) = evidence.ask(evidence.table.aggregate(skew=asked))
        skew = float(answer["skew"] or 0)
        if skew <= self.limit:
            return ()
        return (
            Finding(
                code="skewed_target",
                severity=Severity.OK,
                column=column.name,
                sentence=f"{column.name!r} has a long tail of large values (skewness {skew:.1f}); "
                "look at the median error beside the mean.",
                numbers={"skewness": skew},
            ),
        )
