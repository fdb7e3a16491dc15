"""What follows from every threshold, worked out once for all positions of a slider."""

from collections.abc import Mapping

from mll_core.domain.ladder import Ladder
from mll_core.domain.profit import Profit
from mll_core.domain.report import Report
from mll_core.domain.stakes import Stakes
from mll_core.domain.task import Form
from mll_core.domain.training import Interval
from mll_core.infra.bootstrap import Bootstrap
from mll_core.plugins.metrics.expected_value import ExpectedValue
from mll_core.stages.evaluate import profit
from mll_core.stages.evaluate.groups import groups_of
from mll_core.stages.evaluate.seat import Seat
from mll_core.stages.evaluate.unit import Unit

EVEN = 0.5


def of(seat: Seat, report: Report) -> Stakes | None:
    """Of the sealed test; None unless there are two classes."""
    cases = seat.cases("test")
    if seat.training.task.form is not Form.TWO or cases is None:
        return None
    in_use = EVEN if seat.training.threshold is None else seat.training.threshold
    groups = {
        name: (grouped.names, grouped.codes)
        for name in seat.document.brief.protected
        if name in seat.files.split.test.names
        for grouped in [groups_of(seat.column(name, "test"))]
    }
    ladder = Ladder.of(cases.score[:, 1], cases.truth == 1, groups, keep=(in_use,))
    return Stakes(
        classes=(cases.classes[0], cases.classes[1]),
        in_use=in_use,
        ladder=ladder,
        profit=_profit(seat, ladder, in_use, report.rule),
        stamp=seat.stamp("test"),
    )


def _profit(
    seat: Seat, ladder: Ladder, in_use: float, rule: Mapping[str, Interval]
) -> Profit | None:
    brief, cases = seat.document.brief, seat.cases("test")
    if cases is None or not ExpectedValue.usable(brief):
        return None
    draws: Bootstrap = seat.draws("test")
    return profit.of(
        profit.Deal(
            cases=cases,
            draws=draws,
            ladder=ladder,
            metric=ExpectedValue.of_brief(brief),
            in_use=in_use,
            rule=rule.get("expected_value"),
            currency=brief.values.currency,
            unit=Unit.of(brief.unit),
        ),
        seat.stamp("test"),
    )
