"""What acting on the model is worth in money, and compared with what else could be done."""

from dataclasses import dataclass

from mll_core.domain.at_capacity import room_of
from mll_core.domain.metric import all_called, shown, shown_with_interval
from mll_core.domain.training import Interval
from mll_core.stages.evaluate.exam import Exam
from mll_core.stages.evaluate.unit import Unit

MONEY = "expected_value"


@dataclass(frozen=True)
class Worth:
    """Money per case on the test rows.

    ``gain``: more than when no case is acted on, which is worth ``idle``. ``lead``: more than when
    all are, or as many as can be handled, drawn at random. ``called`` cases are to be acted on,
    ``handled`` of them can be.
    """

    gain: Interval
    lead: Interval
    idle: float
    called: int
    handled: int
    limited: bool
    currency: str
    unit: Unit

    @property
    def costs(self) -> bool:
        """Whether acting on the model is worse than acting on nobody."""
        return self.gain.value < 0

    @property
    def sentence(self) -> str:
        """What acting on it is worth, in words."""
        one, many, n = self.unit.one, self.unit.many, self.gain.n
        if not self.called:
            return (
                f"It acts on none of the {n:,} tested {many}: "
                "at the stated values none is worth it."
            )
        sign = -1.0 if self.costs else 1.0
        low, high = sorted((sign * self.gain.low, sign * self.gain.high))
        each = shown_with_interval(sign * self.gain.value, low, high, "money", self.currency)
        verb = "costs money:" if self.costs else "is worth"
        more = "less" if self.costs else "more"
        total = f"{sign * self.gain.value * n:,.0f} {self.currency}"
        return (
            f"Acting on it {verb} {each} per {one} {more} than acting on no {one}, "
            f"{total} on the {n:,} tested {many}{self._instead}.{self._beyond}"
        )

    @property
    def comparison(self) -> str:
        """How far it leads what needs no model, in words."""
        one, many = self.unit.one, self.unit.many
        size = shown(abs(self.lead.value), "money", self.currency)
        other = f"as many {many} as can be handled, chosen at random"
        other = other if self.limited else f"every {one}"
        more = "more" if self.lead.value >= 0 else "less"
        return f"That is {size} per {one} {more} than acting on {other}."

    @property
    def _instead(self) -> str:
        if not self.idle:
            return ""
        now = shown(self.idle + self.gain.value, "money", self.currency)
        return f" ({now} instead of {shown(self.idle, 'money', self.currency)} each)"

    @property
    def _beyond(self) -> str:
        if self.handled >= self.called:
            return ""
        return (
            f" It calls {self.called:,}; only the {self.handled:,} that can be handled count, "
            "highest scores first."
        )


def of(exam: Exam) -> Worth | None:
    """What acting on the candidate is worth; None when the brief states no values."""
    metric, cases = exam.metrics.get(MONEY), exam.candidate
    if metric is None:
        return None
    brief, draws = exam.order.document.brief, exam.test_draws
    nobody, everybody = all_called(cases, 0), all_called(cases, 1)
    share, called = brief.capacity.share, int(cases.label.sum())
    room = cases.n if share is None else int(room_of(share, cases.n))
    return Worth(
        gain=draws.difference(metric, cases, nobody),
        lead=draws.difference(metric, cases, everybody),
        idle=metric.score(nobody),
        called=called,
        handled=min(called, room),
        limited=share is not None and share < 1,
        currency=brief.values.currency,
        unit=Unit.of(brief.unit),
    )
