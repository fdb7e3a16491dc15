"""Money at every threshold, with a band; what choosing the best of them would overstate."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mll_core.domain.at_capacity import room_of
from mll_core.domain.ladder import Ladder
from mll_core.domain.metric import all_called, shown
from mll_core.domain.profit import Alternative, Best, Profit
from mll_core.domain.report import Stamp
from mll_core.domain.task import Floats, Predictions
from mll_core.domain.training import Interval
from mll_core.infra.bootstrap import Bootstrap
from mll_core.plugins.metrics.expected_value import ExpectedValue
from mll_core.stages.evaluate.unit import Unit

ENDS = (0.025, 0.975)


@dataclass(frozen=True, eq=False)
class Deal:
    """What money is told of: predictions, their draws and ladder, the amounts and the words."""

    cases: Predictions
    draws: Bootstrap
    ladder: Ladder
    metric: ExpectedValue
    in_use: float
    rule: Interval | None
    currency: str
    unit: Unit

    @cached_property
    def values(self) -> Floats:
        """Money per case at each step."""
        return self.metric.at_steps(self.ladder.counts)

    def show(self, amount: float) -> str:
        """An amount per case as a person reads it."""
        return shown(amount, "money", self.currency)


def of(deal: Deal, stamp: Stamp) -> Profit:
    """The curve with its band, the best threshold, break-even, capacity, and other ways to act."""
    low, high, over = _band(deal)
    now, here = deal.draws.intervals({"now": deal.metric}, deal.cases)["now"], _here(deal)
    if here is not None and np.isfinite(now.low):  # one fact, one interval
        low[here], high[here] = now.low, now.high
    step = int(np.nanargmax(deal.values))
    best = Best(
        threshold=deal.ladder.thresholds[step],
        value=float(deal.values[step]),
        overstated=over,
        expected=float(deal.values[step]) - over,
    )
    idle = deal.metric.score(all_called(deal.cases, 0))
    found = Profit(
        currency=deal.currency,
        thresholds=deal.ladder.thresholds,
        value=tuple(deal.values.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        in_use=deal.in_use,
        now=now,
        idle=idle,
        others=_others(deal),
        best=best,
        break_even=break_even(deal.metric),
        pays=_pays(deal, idle),
        room=_room(deal),
        handled=_handled(deal),
        stamp=stamp,
    )
    return found.model_copy(update={"sentences": tuple(_said(deal, found))})


def _here(deal: Deal) -> int | None:
    """The step of the threshold in use."""
    step = deal.ladder.at(deal.in_use)
    return step if deal.ladder.thresholds[step] == deal.in_use else None


def _band(deal: Deal) -> tuple[Floats, Floats, float]:
    """The band, point by point, and how much the best value of a resample exceeds what that
    threshold is worth on all rows: by so much choosing on the same rows overstates.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 17 (optimism).
    """
    sample = deal.draws.sample(deal.cases.n)
    some = deal.cases.take(sample.rows)
    steps = np.asarray(deal.ladder.thresholds)
    place = np.searchsorted(steps, some.score[:, 1], side="right") - 1
    order = np.argsort(place, kind="stable")
    at, starts = np.unique(place[order], return_index=True)
    hit = (some.truth[order] == 1).astype(np.float64)
    drawn = []
    for weights in sample.weights():
        mine = weights[:, order]
        called, found = (np.zeros((len(mine), len(steps))) for _ in range(2))
        called[:, at] = np.add.reduceat(mine, starts, axis=1)
        found[:, at] = np.add.reduceat(mine * hit, starts, axis=1)
        drawn.append(deal.metric.at_steps(_cells(called, found)))
    values = np.concatenate(drawn)
    low, high = np.nanquantile(values, ENDS, axis=0)
    best = np.nanargmax(values, axis=1)
    over = float(np.mean(values[np.arange(len(values)), best] - deal.values[best]))
    if sample.partial:  # drawn from fewer rows than there are, so it varies more than it should
        share = sample.kept / sample.units
        low = deal.values + np.sqrt(share) * (low - deal.values)
        high, over = deal.values + np.sqrt(share) * (high - deal.values), over * share
    return np.minimum(low, deal.values), np.maximum(high, deal.values), max(0.0, over)


def _cells(called: Floats, found: Floats) -> Floats:
    """Confusion matrices (r, steps, 2, 2) from what falls between steps."""
    called, found = called[:, ::-1].cumsum(axis=1), found[:, ::-1].cumsum(axis=1)
    called, found = called[:, ::-1], found[:, ::-1]
    n, positives = called[:, :1], found[:, :1]
    wrongly = called - found
    rows = [
        np.stack([n - positives - wrongly, wrongly], axis=-1),
        np.stack([positives - found, found], axis=-1),
    ]
    return np.stack(rows, axis=-2)


def break_even(metric: ExpectedValue) -> float | None:
    """The probability from which acting on a case is worth more than leaving it alone.

    None when one of the two is better whatever the probability. Source: Elkan (2001), The
    foundations of cost-sensitive learning.
    """
    gain = metric.true_positive - metric.false_negative
    loss = metric.true_negative - metric.false_positive
    return loss / (gain + loss) if gain > 0 and loss > 0 else None


def _others(deal: Deal) -> tuple[Alternative, ...]:
    choices = {"Doing nothing": all_called(deal.cases, 0)}
    limited = deal.metric.share < 1
    name = "As many as can be handled, at random" if limited else "Acting on everybody"
    choices[name] = all_called(deal.cases, 1)
    found = []
    for label, cases in choices.items():
        value = deal.draws.intervals({"value": deal.metric}, cases)["value"]
        found.append(Alternative(name=label, value=value, called=int(cases.label.sum())))
    if deal.rule is not None:
        found.append(Alternative(name="Today's rule", value=deal.rule))
    return tuple(found)


def _pays(deal: Deal, idle: float) -> tuple[float, float] | None:
    """The first and the last threshold worth more than doing nothing, of those that call some."""
    called = np.asarray(deal.ladder.everyone.called) > 0
    worth = np.flatnonzero((deal.values > idle + 1e-12) & called)
    if not len(worth):
        return None
    return deal.ladder.thresholds[worth[0]], deal.ladder.thresholds[worth[-1]]


def _handled(deal: Deal) -> int | None:
    share = deal.metric.share
    return int(room_of(share, deal.cases.n)) if share < 1 else None


def _room(deal: Deal) -> float | None:
    handled = _handled(deal)
    if handled is None:
        return None
    fits = np.asarray(deal.ladder.everyone.called) <= handled
    return deal.ladder.thresholds[int(np.argmax(fits))]


def _said(deal: Deal, found: Profit) -> list[str]:
    one, best = deal.unit.one, found.best
    said = [
        f"At the threshold in use ({found.in_use:.3g}) a {one} is worth "
        f"{deal.show(found.now.value)} ({found.now.low:,.2f} to {found.now.high:,.2f})."
    ]
    if best.value > found.now.value:
        said.append(
            f"On these rows {best.threshold:.3g} would have been best, with "
            f"{deal.show(best.value)}. Chosen on the rows it is judged by, that is too high by "
            f"about {deal.show(best.overstated)}: expect {deal.show(best.expected)}."
        )
    if found.break_even is not None:
        said.append(
            f"Break-even: acting on a {one} pays from a probability of "
            f"{100 * found.break_even:.1f} % on."
        )
    if found.pays is None:
        said.append("At no threshold is acting on it worth more than doing nothing.")
    if found.room is not None and found.handled is not None:
        said.append(
            f"{found.handled:,} of the {deal.cases.n:,} tested can be handled: below "
            f"{found.room:.3g} more are called than that, and only the highest scores are acted on."
        )
    return said
