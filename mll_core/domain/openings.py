"""How often a test was opened, and what that does to its worth."""

from collections.abc import Sequence
from typing import Self

from mll_core.domain.finding import Fix
from mll_core.domain.job import Event
from mll_core.domain.metric import shown
from mll_core.domain.report import Report
from mll_core.domain.value import Value

NORMAL = 3.919927969080108
"""The width of a 95 % interval in standard errors."""
MAXIMA = (0.0, 0.5642, 0.8463, 1.0294, 1.1630, 1.2672, 1.3522, 1.4236, 1.4850, 1.5388)
"""Expected largest of 1, 2, 3 ... independent standard normal numbers (Tippett, 1925)."""
FEW, MANY = 1, 5


class Opening(Value):
    """One look at the test: when, by whom, and why."""

    at: str
    by: str
    why: str = ""
    run_id: str = ""


class Openings(Value):
    """All of them, oldest first. ``luck``: by how much the best of so many candidates would look
    better than it is, when all are equally good; in the primary metric, None when not known.
    """

    lines: tuple[Opening, ...]
    luck: float | None = None
    sentence: str
    fresh: Fix | None = None
    """Cuts a fresh test from rows added since the last opening; None without any."""

    @classmethod
    def of(cls, events: Sequence[Event], report: Report | None) -> Self:
        """From the log and the newest report, whose interval says how much luck there is."""
        lines = tuple(
            Opening(
                at=event.at,
                by=event.actor,
                why=str(event.detail.get("reason", "")),
                run_id=str(event.detail.get("run_id", "")),
            )
            for event in events
        )
        luck = _luck(len(lines), report)
        return cls(lines=lines, luck=luck, sentence=_worth(len(lines), luck, report))

    @property
    def worn(self) -> bool:
        """Whether a fresh test is due."""
        return len(self.lines) >= MANY


def _luck(times: int, report: Report | None) -> float | None:
    found = report.test.get(report.primary_metric) if report else None
    if found is None or not found.high > found.low:
        return None
    return MAXIMA[min(times, len(MAXIMA)) - 1] * (found.high - found.low) / NORMAL if times else 0.0


def _worth(times: int, luck: float | None, report: Report | None) -> str:
    if not times:
        return "This test has not been opened: it is worth most."
    if times == FEW:
        return "This test was opened once: its numbers are worth what they say."
    said = f"This test was opened for {times} candidates. Whoever keeps the best of them by it "
    if luck and report is not None:
        card = report.cards.get(report.primary_metric)
        unit = card.unit if card else ""
        by = shown(luck, unit, report.currency)
        said += f"sees up to {by} more than is true, by luck alone, if all are equally good."
    else:
        said += "sees more than is true, by luck alone."
    return said + (" A fresh test is due." if times >= MANY else "")
