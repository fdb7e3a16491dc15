"""Whether more rows, more tuning or better columns would help: measured, not guessed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from mll_core.domain.metric import Metric
from mll_core.domain.resampled import interval
from mll_core.domain.task import Floats
from mll_core.domain.training import Help, Interval, Reached
from mll_core.stages.train.entry import Entry
from mll_core.stages.train.fitting import Mixture
from mll_core.stages.train.full import Full
from mll_core.stages.train.race import Overdue
from mll_core.stages.train.search import Search
from mll_core.stages.train.trial import Trial, run

SHARES = (0.125, 0.25, 0.5)
FEWEST_ROWS = 40
"""Fewer rows teach nothing that could be drawn."""
FOLDS = 3
"""Folds a point is measured on, at the most."""
SMALL = 0.02
"""A gain below this share of the lead over the best baseline is not worth the effort."""


@dataclass(frozen=True)
class Outlook:
    """The learning curve of the winner, and what would help, most first."""

    curve: tuple[Reached, ...]
    helps: tuple[Help, ...]


def outlook(search: Search, winner: Entry, full: Full) -> Outlook:
    """Measured in what is left of the time; what there was no time for is left out."""
    studied = _studied(search, winner)
    whole = _all_rows(search, studied, full)
    points = list(_points(search, studied))
    points.append((1.0, _whole(search, studied)))
    learned = len(search.parts[0].learned.truth)
    curve = tuple(
        Reached(rows=round(share * learned), score=_told(search, scores))
        for share, scores in points
        if len(points) > 1
    )
    curve += tuple(reached for reached, _ in whole)
    helps = [*(help for _, help in whole), *_rows(search, points, learned), *_tuning(search)]
    helps.sort(key=lambda help: (not help.shown, -(help.gain.value if help.gain else 0.0)))
    return Outlook(curve, tuple([*helps, _columns(helps)]))


def _studied(search: Search, winner: Entry) -> Entry:
    """The winner; of an ensemble the member that counts most."""
    tried = winner.trial.candidate
    if not isinstance(tried, Mixture):
        return winner
    heaviest = tried.members[int(np.argmax(tried.mix.weights))]
    return next(entry for entry in search.entries if entry.candidate == heaviest)


def _points(search: Search, studied: Entry) -> Iterator[tuple[float, Floats]]:
    """Shares of the rows, and the metric per fold, more is better."""
    parts, card = search.parts[: min(FOLDS, len(search.card.once))], search.card
    learned = len(parts[0].learned.truth)
    for share in SHARES:
        need = share * sum(studied.trial.seconds[: len(parts)])
        left = search.clock.left + search.clock.kept  # the last fits are done
        if share * learned < FEWEST_ROWS or studied.candidate.share < 1 or need > left:
            continue
        watch = partial(_watch, search, f"What more rows would bring: {share:.0%} of them")
        watch()
        candidate = replace(studied.candidate, share=share)
        try:
            *_, trial = run(candidate, parts, search.means, len(card.names), watch)
        except Overdue:
            return
        yield share, card.compared(trial)


def _watch(search: Search, said: str) -> None:
    """Raises Stopped, and Overdue when the time is spent."""
    search.progress(0.97, said)
    if search.clock.rest <= 0:
        raise Overdue


def _whole(search: Search, studied: Entry) -> Floats:
    folds = min(FOLDS, len(search.card.once))
    return search.card.compared(replace(studied.trial, scores=studied.trial.scores[:folds]))


def _all_rows(search: Search, studied: Entry, full: Full) -> list[tuple[Reached, Help]]:
    """What all rows of a large table gained, on the judged rows of the first fold."""
    last, short = full.last, 0.9 * full.seconds > search.clock.rest
    card, few = search.card, round(studied.candidate.share * len(search.parts[0].learned.truth))
    if not last.rows.whole or short or full.rows <= few:
        return []
    try:
        many, score = full.again(studied, search.means, len(card.names))
    except Overdue:
        return []
    pair = (Trial(studied.candidate, [one]) for one in (score, studied.trial.scores[0]))
    better, other = map(card.blocks, pair)
    gain = _gain(search, better, other, 0.0)
    sign, n = _sign(card.primary), len(search.parts[0].rows)
    low, high = interval(sign * better, 0.0)
    value = Interval(value=float(sign * np.nanmean(better)), low=low, high=high, n=n)
    said = f"All rows: learning from {many:,} instead of {few:,} gained {_sized(search, gain)}"
    gain = gain.model_copy(update={"n": n})
    worth = _judged_by(search, "all rows", gain, said, ", worth its time")
    return [(Reached(rows=many, score=value), worth)]


def _told(search: Search, scores: Floats) -> Interval:
    """The mean as its metric tells it."""
    sign = _sign(search.card.primary)
    low, high = interval(sign * scores, search.card.overlap)
    return Interval(value=float(sign * np.nanmean(scores)), low=low, high=high, n=_judged(search))


def _rows(search: Search, points: list[tuple[float, Floats]], learned: int) -> Iterator[Help]:
    known = dict(points)
    if SHARES[-1] not in known:
        return
    gain = _gain(search, known[1.0], known[SHARES[-1]])
    few, many = f"{round(SHARES[-1] * learned):,}", f"{learned:,}"
    said = f"More rows: going from {few} to {many} gained {_sized(search, gain)}"
    yield _judged_by(search, "rows", gain, said, "; as many again usually gain less")


def _tuning(search: Search) -> Iterator[Help]:
    """The best settings found by tuning against the best that were there from the start."""
    ranked = [entry for entry in search.ranked if not entry.model.baseline]
    tuned = [e for e in ranked if "tuned" in e.trial.candidate.label]
    plain = [e for e in ranked if e not in tuned]
    if not tuned or not plain:
        return
    sign = _sign(search.card.primary)
    gain = _gain(search, sign * tuned[0].scored.spread, sign * plain[0].scored.spread)
    said = f"More tuning: {len(tuned)} other settings gained {_sized(search, gain)}"
    yield _judged_by(search, "tuning", gain, said, "")


def _judged_by(
    search: Search,
    what: Literal["rows", "all rows", "tuning"],
    gain: Interval,
    said: str,
    ending: str,
) -> Help:
    lead = _lead(search)
    small = gain.value < SMALL * lead
    if not gain.low > 0:
        ending = ", which is not shown to be more than chance"
    elif small:
        ending = f", real but small: {gain.value / lead:.1%} of its lead over the best simple rule"
    return Help(what=what, gain=gain, shown=gain.low > 0 and not small, sentence=f"{said}{ending}.")


def _lead(search: Search) -> float:
    """How far the best is ahead of the best baseline; 0 when it is not."""
    baselines = [entry for entry in search.ranked if entry.model.baseline]
    if search.best is None or not baselines:
        return 0.0
    ahead = search.best.scored.score.value - baselines[0].scored.score.value
    return max(0.0, _sign(search.card.primary) * ahead)


def _columns(others: list[Help]) -> Help:
    said = (
        "Better columns: what the columns do not hold, no model finds. It is not measured here; "
        "Prepare proposes columns and measures them."
    )
    others = [help for help in others if help.what != "all rows"]  # there are no more of these
    if others and not any(help.shown for help in others):
        measured = " and ".join(f"more {help.what}" for help in others)
        are = "are" if len(others) > 1 or others[0].what == "rows" else "is"
        said += f" Of what was measured, {measured} {are} not shown to be worth the effort."
    return Help(what="columns", sentence=said)


def _gain(search: Search, better: Floats, other: Floats, overlap: float | None = None) -> Interval:
    gains = better - other
    low, high = interval(gains, search.card.overlap if overlap is None else overlap)
    return Interval(value=float(np.nanmean(gains)), low=low, high=high, n=_judged(search))


def _sized(search: Search, gain: Interval) -> str:
    label = search.card.primary.label
    if np.isnan(gain.low):
        return f"{gain.value:.3g} in {label}"
    return f"{gain.value:.3g} ({gain.low:.3g} to {gain.high:.3g}) in {label}"


def _judged(search: Search) -> int:
    return len(search.card.rows)


def _sign(metric: Metric) -> float:
    return 1.0 if metric.greater_is_better else -1.0
