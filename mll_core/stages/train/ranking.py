"""Who is ahead, who is level, and who wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mll_core.domain.resampled import CONFIDENCE, mean, standard_error
from mll_core.domain.significance import benjamini_hochberg
from mll_core.domain.task import Floats
from mll_core.domain.training import Interval

MUCH_SLOWER = 4.0
WORTH = 0.1
"""A simpler model may give away this share of the best one's lead over the best baseline."""
BESIDE = 0.01
"""The same for a model that averages more, where the best is asked for whatever it takes."""


@dataclass(frozen=True, eq=False)
class Standing:
    """What ranking needs to know of a run.

    ``scores``: (J,) the metric on J held-out parts, the same parts for every run.
    """

    run_id: str
    label: str
    scores: Floats
    complexity: int
    milliseconds: float
    baseline: bool


@dataclass(frozen=True)
class Verdict:
    """Run ids best first, those level with the best, the winner, why, and how far behind the best
    every other run is on the same parts: 0 and more, in the unit of the metric.
    """

    order: tuple[str, ...]
    tied: frozenset[str]
    winner: str
    reason: str
    behind: Mapping[str, Interval]


def level(better: Floats, other: Floats, overlap: float) -> bool:
    """Whether two runs on the same parts cannot be told apart, no others being compared."""
    error = _usual_error([better, other], overlap)
    return _chance(better, other, overlap, error) > 1 - CONFIDENCE


def _chance(better: Floats, other: Floats, overlap: float, error: float) -> float:
    """How likely a gap as wide would be between two runs that are equally good; 1 when unknown.

    By the corrected resampled t of the paired difference, or, where that says less, of one that
    varies as two runs with nothing in common and the standard ``error`` would: a run that fails on
    one part is not level with a good one because its failure makes the difference uncertain.
    """
    apart = better - other
    apart = apart[~np.isnan(apart)]
    if len(apart) < 2:  # noqa: PLR2004  # one score has no spread
        return 1.0
    gap, errors = abs(float(apart.mean())), (standard_error(apart, overlap), np.sqrt(2) * error)
    return min(_beyond(gap, each, len(apart)) for each in errors)


def _beyond(gap: float, error: float, parts: int) -> float:
    if np.isnan(error):
        return 1.0
    if error > 0:
        return 2 * float(stats.t.sf(gap / error, parts - 1))
    return 0.0 if gap > 0 else 1.0


def _usual_error(scores: Sequence[Floats], overlap: float) -> float:
    """The standard error of the middle run, of two the smaller; NaN when none is known."""
    known = [each[~np.isnan(each)] for each in scores]
    errors = sorted(standard_error(each, overlap) for each in known if len(each) > 1)
    return errors[(len(errors) - 1) // 2] if errors else float("nan")


def _level(best: Standing, others: Sequence[Standing], overlap: float) -> list[Standing]:
    """Those of ``others`` that cannot be told from the best.

    The best is the best of many, so some gap is always wide by chance: of those that are said to
    be behind, at most 5 in 100 are in truth as good (Benjamini and Hochberg).
    """
    if not others:
        return []
    error = _usual_error([s.scores for s in (best, *others) if not s.baseline], overlap)
    chances = [_chance(best.scores, s.scores, overlap, error) for s in others]
    adjusted = benjamini_hochberg(chances)
    return [s for s, p in zip(others, adjusted, strict=True) if p > 1 - CONFIDENCE]


def judge(
    standings: Sequence[Standing],
    overlap: float,
    *,
    greater: bool,
    untried: int = 0,
    simplest: bool = True,
) -> Verdict:
    """Rank by the mean; the simplest of those level with the best wins, baselines last.

    Not ``simplest``: the best mean wins, or what averages more models and is next to it.

    With few folds even a large gap can be within the noise, so a simpler model also has to keep
    nine tenths of the lead over the best baseline; where that lead may be chance, it must be no
    worse than the baseline. Of equally simple ones those that take four
    times as long for a row stand back, then the better mean wins: small differences in speed are
    chance, and would make the choice chance. The reason tells how many models were ``untried``
    for lack of time.
    """
    sign = 1.0 if greater else -1.0
    means = {s.run_id: _mean(sign * s.scores) for s in standings}
    ranked = sorted(standings, key=lambda s: (-means[s.run_id], s.complexity))
    learned = [s for s in ranked if not s.baseline] or ranked
    best = learned[0]
    others = [s for s in ranked if s is not best]
    near_best = {s.run_id for s in (best, *_level(best, others, overlap))}
    tied = [s for s in ranked if s.run_id in near_best]
    floor = means[best.run_id] - WORTH * _lead(ranked, means, best)
    if no_lead := [means[s.run_id] for s in tied if s.baseline]:
        floor = min(means[best.run_id], *no_lead)
    near = [s for s in tied if s in learned and means[s.run_id] >= floor]
    plain = [s for s in near if s.complexity == min(s.complexity for s in near)]
    fastest = min(s.milliseconds for s in plain)
    quick = [s for s in plain if s.milliseconds <= MUCH_SLOWER * fastest]
    winner = max(quick, key=lambda s: means[s.run_id])
    reason = _reason(winner, best, tied, len(ranked))
    if not simplest:
        beside = means[best.run_id] - BESIDE * _lead(ranked, means, best)
        top = [s for s in tied if s in learned and means[s.run_id] >= beside]
        winner = max(top, key=lambda s: (s.complexity, means[s.run_id]))
        reason = _asked_for(winner, tied)
    return Verdict(
        order=tuple(s.run_id for s in ranked),
        tied=frozenset(s.run_id for s in tied) if len(tied) > 1 else frozenset(),
        winner=winner.run_id,
        reason=reason + _lacking(untried),
        behind={s.run_id: _behind(best, s, overlap, sign) for s in others},
    )


def _behind(best: Standing, other: Standing, overlap: float, sign: float) -> Interval:
    """The paired difference with its 95 % interval, as of two runs alone."""
    return mean(sign * (best.scores - other.scores), overlap)


def _lead(ranked: list[Standing], means: dict[str, float], best: Standing) -> float:
    """How far the best is ahead of the best baseline; infinite when there is nothing to lead."""
    baselines = [means[s.run_id] for s in ranked if s.baseline]
    lead = means[best.run_id] - max(baselines, default=-np.inf)
    return lead if lead > 0 else np.inf


def _lacking(untried: int) -> str:
    if not untried:
        return ""
    were = "was" if untried == 1 else "were"
    return f" {untried} more {were} not tried to the end, for lack of time."


def _asked_for(best: Standing, tied: list[Standing]) -> str:
    others = len(tied) - 1
    said = f"{best.label} has the best mean or is next to it, as asked for"
    if not others:
        return f"{said}; no other is level with it."
    return f"{said}; {others} more cannot be told apart from it and may be simpler."


def _reason(winner: Standing, best: Standing, tied: list[Standing], tried: int) -> str:
    parts = len(best.scores)
    if [s for s in tied if s.baseline]:
        baseline = next(s.label for s in tied if s.baseline)
        return f"{winner.label} is not clearly better than the baseline {baseline!r}."
    if len(tied) == 1:
        rest = "other" if tried == 2 else f"{tried - 1} others"  # noqa: PLR2004  # it and another
        return f"{winner.label} is better than the {rest} tried on the same {parts} parts."
    if winner is best:
        others = len(tied) - 1
        what = "model is" if others == 1 else "models are"
        return (
            f"{winner.label} has the best mean; {others} more {what} level with it, "
            "none simpler and near enough."
        )
    why = "simpler" if winner.complexity < best.complexity else "faster"
    return (
        f"{winner.label} is {why} than {best.label}, whose lead is within the noise of the folds."
    )


def _mean(scores: Floats) -> float:
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if len(known) else -np.inf
