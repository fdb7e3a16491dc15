"""Columns worth making: many are looked at, the promising ones measured, few are proposed."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from mll_core.bench import Bench
from mll_core.domain.connector import Progress
from mll_core.domain.errors import MllError, Stopped
from mll_core.domain.fixes import add_step
from mll_core.domain.step import Step
from mll_core.domain.worth import Feature, Features
from mll_core.stages import prepare
from mll_core.stages.train import gain_by_chance
from mll_core.worth.measuring import Measuring

Keep = Callable[[Features], None]
MOST_ROWS = 20_000
"""Rows on which candidates are looked at, before they are measured on all."""
MOST_MEASURED = 20
ALPHA = 0.05
REPEATS = 3
"""How often folds are drawn, at least, before a gain is believed."""


def seek(bench: Bench, measuring: Measuring, keep: Keep) -> Features:
    """Look, measure within the time, and propose what is shown to help. Raises Stopped."""
    yardstick = measuring.yardstick
    order = yardstick.order
    bench.progress(0.05, "Asking the quick model what it cannot explain")
    places, left = yardstick.residuals(partial(_told, bench.progress, 0.05))
    step = -(-len(places) // MOST_ROWS)
    bench.progress(0.15, "Looking at possible columns")
    rows = yardstick.rows.table.take(pa.array(places[::step]))
    candidates, looked_at = prepare.screened(order.recipe, rows, left[::step], order.excluded)
    found = Features(
        metric_label=measuring.label,
        model=yardstick.model.label,
        screened=looked_at,
        recipe=tuple(step.plain() for step in order.recipe.running.steps),
    )
    made: list[Feature] = []
    for number, candidate in enumerate(candidates[:MOST_MEASURED]):
        if measuring.over:
            break
        share = 0.2 + 0.8 * number / min(MOST_MEASURED, len(candidates))
        label = ", ".join(name for _, name in candidate.step.makes())
        tell = partial(_told, bench.progress, share, label=label)
        try:
            made.append(_measured(candidate.step, label, measuring, tell))
        except Stopped:
            raise
        except (MllError, ValueError):  # a column that cannot be learned from is not proposed
            continue
        found = _with(found, made, measuring)
        keep(found)
    return _with(found, made, measuring).model_copy(update={"finished": True})


def _measured(step: Step, label: str, measuring: Measuring, tell: Progress) -> Feature:
    """The gain of one step on the folds of training, and when there is one, on more of them."""
    p, change = 1.0, None
    for one in dict.fromkeys((measuring, measuring.repeated(REPEATS))):
        order = one.yardstick.order
        before = one.scores(order.recipe, order.excluded, tell)
        with_it = one.scores(order.recipe.then(step), order.excluded, tell)
        change = one.yardstick.change(with_it, before)
        p = gain_by_chance(with_it, before, one.yardstick.overlap)
        if not change.gain.value > 0:
            break
    assert change is not None  # it was measured once at the least
    fix = add_step(label, step.plain(), "", safe=False)
    return Feature(label=label, fix=fix, change=change, p=p, adjusted=1.0)


def _with(found: Features, made: Sequence[Feature], measuring: Measuring) -> Features:
    """What is shown to help, best first; judged among all that was looked at, not only measured:
    those that were left aside count as helping nothing.
    """
    adjusted = benjamini_hochberg([one.p for one in made], found.screened)
    told = [
        _worded(one.model_copy(update={"adjusted": float(q)}), found.metric_label)
        for one, q in zip(made, adjusted, strict=True)
    ]
    shown = [one for one in told if one.adjusted <= ALPHA and one.change.effect == "helps"]
    return found.model_copy(
        update={
            "tried": len(made),
            "proposed": tuple(sorted(shown, key=lambda one: -one.change.gain.value)),
            "measured": dict(measuring.measured),
        }
    )


def _worded(feature: Feature, metric: str) -> Feature:
    reason = f"{metric} {feature.change.sentence()} on the same folds."
    fix = feature.fix.model_copy(update={"label": f"Make {feature.label!r}", "reason": reason})
    return feature.model_copy(update={"fix": fix})


def benjamini_hochberg(p: Sequence[float], of: int) -> np.ndarray:
    """Adjusted p of some of ``of`` tests; those not given count as 1.

    Source: Benjamini & Hochberg (1995), Controlling the False Discovery Rate.
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values)
    ranked = values[order] * of / np.arange(1, len(values) + 1)
    smallest = np.minimum.accumulate(ranked[::-1])[::-1]
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(smallest, 1.0)
    return adjusted


def _told(progress: Progress, at: float, share: float, message: str, label: str = "") -> None:
    progress(at, f"{label}: {message}" if label else message)
