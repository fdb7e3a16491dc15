"""How far predictions are off, learned from out-of-fold ones and checked on folds left out."""

import numpy as np

from mll_core.domain.conformal import Band, Reach, Sets, nth
from mll_core.domain.task import Codes, Floats, Task
from mll_core.domain.training import Covered
from mll_core.infra.shares import wilson
from mll_core.stages.train.held_out import HeldOut


def reach(held: HeldOut, task: Task, goal: float) -> tuple[Reach, Covered]:
    """The band or the sets, and how often they hold on folds they were not learned from.

    For numbers the scale with the narrower ranges is taken.
    """
    if task.classifies:
        return _sets(held, goal)
    scales = ("plain", "relative") if held.truth.min() >= 0 else ("plain",)
    found = [_checked(held, goal, relative=scale == "relative") for scale in scales]
    return min(found, key=lambda pair: pair[1].width)


def _sets(held: HeldOut, goal: float) -> tuple[Sets, Covered]:
    hits, sizes = [], []
    for fold, (truth, score) in enumerate(zip(held.truths, held.scores, strict=True)):
        members = _set_rule(held.without(fold), goal).members(score)
        hits.append(members[np.arange(len(score)), truth.astype(np.int64)])
        sizes.append(members.sum(axis=1))
    hit, size = np.concatenate(hits), np.concatenate(sizes)
    share = wilson(int(hit.sum()), len(hit))
    covered = Covered(
        goal=goal, share=share, width=float(size.mean()), unsure=float((size > 1).mean())
    )
    return _set_rule(held, goal), covered


def _set_rule(held: HeldOut, goal: float) -> Sets:
    told = held.score[np.arange(len(held.score)), held.truth.astype(np.int64)]
    return Sets(goal=goal, least=-nth(-told, goal))


def _checked(held: HeldOut, goal: float, *, relative: bool) -> tuple[Band, Covered]:
    hits, widths = [], []
    for fold, (truth, score) in enumerate(zip(held.truths, held.scores, strict=True)):
        low, high = _band(held.without(fold), goal, relative=relative).around(score)
        hits.append((truth >= low) & (truth <= high))
        widths.append(high - low)
    hit = np.concatenate(hits)
    share = wilson(int(hit.sum()), len(hit))
    covered = Covered(goal=goal, share=share, width=float(np.concatenate(widths).mean()))
    return _band(held, goal, relative=relative), covered


def _band(held: HeldOut, goal: float, *, relative: bool) -> Band:
    off = _log(held.truth) - _log(held.score) if relative else held.truth - held.score
    half = 1 - (1 - goal) / 2
    return Band(
        goal=goal,
        scale="relative" if relative else "plain",
        low=-nth(-off, half),
        high=nth(off, half),
    )


def _log(values: Codes | Floats) -> Floats:
    return np.asarray(np.log1p(np.maximum(values, 0)))
