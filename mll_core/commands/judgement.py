"""What evaluation found, in lines for a terminal: tests beside what they are compared with, the
gate with its numbers, advice with its evidence."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from mll_core.catalog import METRICS
from mll_core.domain.finding import UNTOLD
from mll_core.domain.metric import shown_with_interval
from mll_core.outcome import RunOutcome

_OTHERS = {"baseline": "best simple model", "rule": "today's rule"}


def lines(outcome: RunOutcome) -> Iterator[str]:
    """All of it; nothing when the test was not opened."""
    for kind, found in outcome.test.items():
        yield f"test {kind}: {_tested(kind, found, outcome)}"
    gate = outcome.gate
    if gate is None:
        return
    yield "gate: met" if gate["passed"] else "gate: not met"
    for result in gate["criteria"]:
        yield f"  {result['verdict']}: {result['sentence']} {_measured(result, outcome)}".rstrip()
    for advice in outcome.advice:
        yield f"advice: {advice['stage']}: {advice['sentence']}"
        edit = f" Edit: {advice['edit']}" if advice["edit"] else ""
        expected = advice["expected"] or UNTOLD
        yield f"  {advice['evidence']} Expected: {expected}{edit}".replace("   ", "  ")


def _tested(kind: str, found: Mapping[str, Any], outcome: RunOutcome) -> str:
    rows = _rows(outcome.test_rows)
    said = f"{_within(kind, found, outcome)} on {rows} ({METRICS[kind].label})"
    for name, words in _OTHERS.items():
        other = getattr(outcome, name).get(kind)
        if other is not None and not math.isnan(other["value"]):
            said += f"; {words} {METRICS[kind].show(other['value'], outcome.currency)}"
    return said


def _measured(result: Mapping[str, Any], outcome: RunOutcome) -> str:
    if math.isnan(result["value"]):
        return "It could not be measured."
    said = "The lead is" if result["criterion"] is None else "It is"
    rows = f", {_rows(result['n'])}" if result["n"] else ""
    return f"{said} {_within(result['metric'], result, outcome)}{rows}."


def _within(kind: str, found: Mapping[str, Any], outcome: RunOutcome) -> str:
    ends = (found["value"], found["low"], found["high"])
    unit = METRICS[kind].unit if kind in METRICS else ""
    return shown_with_interval(*ends, unit, outcome.currency)


def _rows(n: int) -> str:
    return f"{n:,} {'row' if n == 1 else 'rows'}"
