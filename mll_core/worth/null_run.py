"""The null run: the whole pipeline on shuffled answers must score like chance."""

from collections.abc import Sequence

import numpy as np

from mll_core.bench import Bench
from mll_core.domain.errors import Stopped
from mll_core.domain.worth import FEWEST_SHUFFLES, SHUFFLES, NullRun
from mll_core.stages.train import better_than_chance
from mll_core.worth.measuring import Measuring


def run(bench: Bench, measuring: Measuring, shuffles: int = SHUFFLES) -> NullRun:
    """Every shuffle deals the answers out anew and runs the pipeline from the raw rows on.

    When the time is over it ends after three at the least. Raises what the recipe raises, Stopped.
    """
    order = measuring.yardstick.order

    def tell(share: float, message: str) -> None:
        bench.progress(0.05, f"The true answers: {message}")

    real = measuring.yardstick.told(measuring.scores(order.recipe, order.excluded, tell))
    return of_shuffles(bench, measuring, shuffles).model_copy(update={"real": real})


def of_shuffles(bench: Bench, measuring: Measuring, shuffles: int) -> NullRun:
    """The shuffled part alone."""
    made: list[tuple[float, float]] = []
    for seed in range(1, shuffles + 1):

        def tell(share: float, message: str, seed: int = seed) -> None:
            bench.progress(
                0.1 + 0.9 * (seed - 1) / shuffles, f"Shuffle {seed} of {shuffles}: {message}"
            )

        try:
            mine, constant = measuring.yardstick.shuffled(seed, tell)
        except Stopped:
            if len(made) < FEWEST_SHUFFLES:
                raise
            break
        made.append((float(np.nanmean(mine)), float(np.nanmean(constant))))
        bench.publish({"lines": [f"Shuffle {n + 1}: {m:.3f}" for n, (m, _) in enumerate(made)]})
        if measuring.over and len(made) >= FEWEST_SHUFFLES:
            break
    return judged(measuring, made, finished=len(made) == shuffles)


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
