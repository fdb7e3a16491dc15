"""Which way of grouping is chosen, and why: a range of ways that do as well, not the true number.

Among ways with steady groups that are not tiny, the simplest that cannot be told from the best.
"""

from dataclasses import dataclass

import numpy as np

from mll_core.catalog import METRICS
from mll_core.domain.discovered import Tried
from mll_core.domain.training import Interval
from mll_core.stages.train.grouping import FEWEST_IN_GROUP, STEADY, Way
from mll_core.stages.train.unanswered import span

SURE = 1.96


@dataclass(frozen=True, eq=False)
class Choice:
    """The chosen way, those that do as well, and the reason in a sentence."""

    way: Way
    tied: tuple[Way, ...]
    reason: str

    def tried(self, ways: list[Way]) -> tuple[Tried, ...]:
        """Every way as it is shown: by algorithm and number of groups."""
        return tuple(
            Tried(
                model=way.model.label,
                groups=way.number,
                silhouette=span(_of(way, "silhouette")),
                stability=span(way.metrics["stability"]) if "stability" in way.metrics else None,
                smallest=way.smallest,
                none=way.none,
                chosen=way is self.way,
                tied=way in self.tied,
                verdict=way.verdict,
            )
            for way in sorted(ways, key=lambda way: (way.model.complexity, way.number))
        )


def choose(ways: list[Way], metric: str, null: float) -> Choice:
    """The way to take; ``null`` is the silhouette that shuffled columns reach."""
    looked_at = [way for way in ways if way.again]
    for way in ways:
        way.verdict = _verdict(way)
    sound = [way for way in looked_at if not way.verdict] or looked_at
    best = max(sound, key=lambda way: _oriented(way, metric))
    tied = tuple(
        way for way in sound if way is best or (metric == "silhouette" and _level(way, best))
    )
    chosen = min(tied, key=lambda way: (way.model.complexity, way.number, -way.value))
    return Choice(chosen, tied, _reason(chosen, tied, null))


def _verdict(way: Way) -> str:
    if not way.again:
        return "Not among the best, so not looked at further."
    if way.smallest < FEWEST_IN_GROUP:
        return f"A group holds only {100 * way.smallest:.1f} % of the rows."
    if way.steady < STEADY:
        return f"Not stable: another draw of the rows gives other groups ({way.steady:.2f})."
    if way.none > 0.5:  # noqa: PLR2004
        return f"{100 * way.none:.0f} % of the rows are in no group."
    return ""


def _level(way: Way, best: Way) -> bool:
    """Whether the best leads by no more than chance, on the same rows."""
    lead = best.each - way.each
    return bool(lead.mean() <= SURE * lead.std(ddof=1) / np.sqrt(len(lead)))


def _oriented(way: Way, metric: str) -> float:
    value = _of(way, metric).value
    return value if METRICS[metric].greater_is_better else -value


def _of(way: Way, metric: str) -> Interval:
    return way.metrics.get(metric) or Interval(value=way.value, n=len(way.each))


def _reason(way: Way, tied: tuple[Way, ...], null: float) -> str:
    said = (
        f"{way.number} groups: their silhouette is {way.value:.2f} (columns shuffled give "
        f"{null:.2f}), {_steadiness(way)}, and the smallest holds {100 * way.smallest:.0f} % of "
        "the rows."
    )
    others = sorted({other.number for other in tied if other is not way} - {way.number})
    if others:
        numbers = ", ".join(map(str, others))
        said += f" {numbers} groups cannot be told from it; this is the simplest."
    elif len(tied) > 1:
        said += " Other algorithms cannot be told from it; this is the simplest."
    if way.verdict:
        said += f" No way was without fault; of this one: {way.verdict}"
    if way.value <= null:
        said += " That is no more than chance gives: there may be no groups at all."
    return said


def _steadiness(way: Way) -> str:
    steady = way.steady
    word = "nearly the same" if steady > 0.9 else "much the same" if steady > 0.75 else "similar"  # noqa: PLR2004
    word = word if steady >= STEADY else "different"
    return f"groups from other draws of the rows are {word} (adjusted Rand index {steady:.2f})"
