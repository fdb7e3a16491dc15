"""What a check found, what would mend it, and what to do next."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from mll_core.domain.stage import Stage
from mll_core.domain.value import Value


class Severity(StrEnum):
    """Traffic lights, worst first."""

    PROBLEM = "problem"
    CHECK = "check"
    OK = "ok"


class Fix(Value):
    """An edit of the document: set ``path`` to ``value``, or append ``value`` to the list there.

    ``safe``: a new project takes it without being asked, and says so.
    """

    label: str
    stage: Stage
    path: str
    value: Any
    append: bool = False
    safe: bool = False
    reason: str = ""


class Finding(Value):
    """A judgement on a number: a sentence with the numbers and their base, and the fix."""

    code: str
    severity: Severity
    sentence: str
    column: str | None = None
    numbers: dict[str, Any] = {}
    fix: Fix | None = None


class Advice(Value):
    """What to do when a gate is not met: the stage, the edit, and the evidence for it."""

    stage: Stage
    sentence: str
    evidence: str = ""
    edit: str = ""
    """Path of the document that the edit is of: where a person goes, also without a ``fix``."""
    fix: Fix | None = None
    gain: float | None = None
    """By how much the primary metric is expected to get better; None where nothing tells it."""
    expected: str = ""
    """What it is expected to bring, and what says so."""
    meets: bool = False
    """Whether held-out rows show that it meets a criterion which is not met now."""


UNTOLD = "Nothing measured so far tells how much it would bring."


def best_first(advices: Iterable[Advice]) -> tuple[Advice, ...]:
    """What meets a criterion, then by the gain that is expected, then what nothing tells the gain
    of, last what is expected to bring none; otherwise in the order given."""

    def place(one: Advice) -> tuple[int, float]:
        if one.meets:
            return 0, 0.0
        if one.gain is None:
            return 2, 0.0
        return (1 if one.gain > 0 else 3), -one.gain

    return tuple(sorted(advices, key=place))


def worst_first(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Problems, then checks, then what is fine; otherwise in the order found."""
    order = list(Severity)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))
