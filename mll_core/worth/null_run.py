"""The null run: the whole pipeline on shuffled answers must score like chance."""

import time
from collections.abc import Sequence

import numpy as np

from mll_core.bench import Bench
from mll_core.domain.errors import Stopped
from mll_core.domain.worth import FEWEST_SHUFFLES, SHUFFLES, NullRun
from mll_core.stages.train import Rows, better_than_chance
from mll_core.worth.measuring import Measuring

FEW = 2_000
"""On so many rows it is found out how long a shuffle takes; on no fewer are shuffles judged."""


def run(bench: Bench, measuring: Measuring, shuffles: int = SHUFFLES) -> NullRun:
    """Every shuffle deals the answers out anew and runs the pipeline from the raw rows on.

    When the time is too short for three on all rows, fewer rows are looked at; when it is over, it
    ends after three at the least. Raises what the recipe raises, Stopped.
    """
    order, yardstick = measuring.yardstick.order, measuring.yardstick
    rows = _affordable(bench, measuring)

    def tell(share: float, message: str) -> None:
        bench.progress(0.05, f"The true answers: {message}")

    if rows is None:
        scores = measuring.scores(order.recipe, order.excluded, tell)
    else:
        scores = yardstick.measure(order.recipe, order.excluded, tell, rows)
    real = yardstick.told(scores)
    return of_shuffles(bench, measuring, shuffles, rows).model_copy(update={"real": real})


def _affordable(bench: Bench, measuring: Measuring) -> Rows | None:
    """As many rows as there is time to deal out three times and to measure; None for all."""
    yardstick = measuring.yardstick
    there = len(yardstick.rows.truth)
    if there <= FEW:
        return None

    def tell(share: float, message: str) -> None:
        bench.progress(0.03, f"How long it takes on {FEW:,} rows: {message}")

    began = time.monotonic()
    yardstick.shuffled(0, tell, yardstick.fewer(FEW))
    seconds = (time.monotonic() - began) / FEW
    runs = FEWEST_SHUFFLES + yardstick.order.split.repeats
    most = int(measuring.left / (runs * seconds))
    return None if most >= there else yardstick.fewer(max(FEW, most))


def of_shuffles(
    bench: Bench, measuring: Measuring, shuffles: int, rows: Rows | None = None
) -> NullRun:
    """The shuffled part alone; ``rows``: others than all development rows."""
    made: list[tuple[float, float]] = []
    for seed in range(1, shuffles + 1):

        def tell(share: float, message: str, seed: int = seed) -> None:
            bench.progress(
                0.1 + 0.9 * (seed - 1) / shuffles, f"Shuffle {seed} of {shuffles}: {message}"
            )

        began = time.monotonic()
        try:
            mine, constant = measuring.yardstick.shuffled(seed, tell, rows)
        except Stopped:
            if len(made) < FEWEST_SHUFFLES:
                raise
            break
        made.append((float(np.nanmean(mine)), float(np.nanmean(constant))))
        bench.publish({"lines": [f"Shuffle {n + 1}: {m:.3f}" for n, (m, _) in enumerate(made)]})
        another = time.monotonic() - began
        if measuring.left < another and len(made) >= FEWEST_SHUFFLES:
            break
    found = judged(measuring, made, finished=len(made) == shuffles)
    if rows is None:
        return found
    of = len(measuring.yardstick.rows.truth)
    return found.model_copy(update={"rows": len(rows.truth), "of": of})


def judged(measuring: Measuring, made: Sequence[tuple[float, float]], finished: bool) -> NullRun:
    """(score, score of a constant answer) per shuffle, more is better, as a verdict."""
    yardstick = measuring.yardstick
    gains = [mine - constant for mine, constant in made]
    sign = yardstick.sign
    return NullRun(
        metric=yardstick.order.metric,
        metric_label=measuring.label,
        model=yardstick.model.label,
        chance=sign * float(np.mean([constant for _, constant in made])),
        scores=tuple(sign * mine for mine, _ in made),
        gains=tuple(gains),
        gain=better_than_chance(gains),
        seeds=tuple(range(1, len(made) + 1)),
        finished=finished,
    )
