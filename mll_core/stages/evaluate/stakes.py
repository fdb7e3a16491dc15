"""What follows from every threshold, worked out once for all positions of a slider."""

from collections.abc import Mapping

from mll_core.domain.ladder import Ladder
from mll_core.domain.profit import Profit
from mll_core.domain.report import Report
from mll_core.domain.stakes import Stakes
from mll_core.domain.task import Form, Predictions
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
    in_use = _in_use(seat)
    groups = {
        name: (grouped.names, grouped.codes)
        for name in seat.document.brief.protected
        if name in seat.files.split.test.names
        for grouped in [groups_of(seat.column(name, "test"))]
    }
    worth = _worth(seat)
    keep = (in_use, *(() if worth is None else worth.edges(cases.score[:, 1])))
    ladder = Ladder.of(cases.score[:, 1], cases.truth == 1, groups, keep=keep)
    return Stakes(
        classes=(cases.classes[0], cases.classes[1]),
        in_use=in_use,
        ladder=ladder,
        profit=None if worth is None else _profit(seat, cases, ladder, worth, report.rule),
        stamp=seat.stamp("test"),
    )


def _worth(seat: Seat) -> ExpectedValue | None:
    brief = seat.document.brief
    return ExpectedValue.of_brief(brief) if ExpectedValue.usable(brief) else None


def _profit(
    seat: Seat,
    cases: Predictions,
    ladder: Ladder,
    worth: ExpectedValue,
    rule: Mapping[str, Interval],
) -> Profit:
    draws: Bootstrap = seat.draws("test")
    return profit.of(
        profit.Deal(
            cases=cases,
            draws=draws,
            ladder=ladder,
            metric=worth,
            in_use=_in_use(seat),
            rule=rule.get("expected_value"),
            currency=seat.document.brief.values.currency,
            unit=Unit.of(seat.document.brief.unit),
        ),
        seat.stamp("test"),
    )


def _in_use(seat: Seat) -> float:
    return EVEN if seat.training.threshold is None else seat.training.threshold
