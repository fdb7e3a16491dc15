"""Which settings to try next: the declared ones first, then steps from the best, then TPE."""

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mll_core.domain.model import Model
from mll_core.domain.plugin import bounds
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.target_scale import Scale

REACH = 0.5
"""Standard deviation of a step: on a log scale for settings that span decades."""
DECADES = 20
TRIES = 50
LEARNED = 8
"""From so many settings of a kind on, what they came to says where to look next."""


@dataclass(frozen=True)
class Seen:
    """Settings that were tried, and what they came to; more is better."""

    candidate: Candidate
    value: float


class Tuner:
    """Proposes settings that were not tried yet; the same ones for the same seed and past."""

    def __init__(self, seed: int, tried: Sequence[Candidate], scales: Sequence[Scale] = ()) -> None:
        self._seed, self._scales = seed, scales
        self._tried = [candidate.key for candidate in tried]
        self.number = 0

    def next(self, best: Candidate, seen: Sequence[Seen] = ()) -> Candidate | None:
        """Other settings of the model that ``best`` is of; None when no new ones are found."""
        self.number += 1
        draw = np.random.default_rng((self._seed, self.number))
        for candidate in self._ideas(best, seen, draw):
            if candidate.key not in self._tried:
                self._tried.append(candidate.key)
                label = f"{best.model.label}, tuned {self.number}"
                return replace(candidate, label=label)
        return None

    def _ideas(
        self, best: Candidate, seen: Sequence[Seen], draw: np.random.Generator
    ) -> Iterator[Candidate]:
        if best.scale is None and not best.model.own_scale:
            yield from (replace(best, scale=scale) for scale in self._scales)
        asked = {name: getattr(best.model, name) for name in best.model.fixed}
        for model in type(best.model).variants():
            yield replace(best, model=model.model_copy(update=asked))
        alike = [one for one in seen if one.candidate.model.kind == best.model.kind]
        if len(alike) >= LEARNED and self.number % 2:
            yield replace(best, model=promising(best.model, alike, int(draw.integers(2**31))))
        for _ in range(TRIES):
            yield replace(best, model=near(best.model, draw))


def near(model: Model, draw: np.random.Generator) -> Model:
    """A copy of ``model`` with about half of its numbers moved a little, within their bounds."""
    moved = {name: _moved(model, name, draw) for name in numbers(model) if draw.random() < REACH}
    return type(model).of(**{**model.model_dump(), **moved})


def promising(model: Model, seen: Sequence[Seen], seed: int) -> Model:
    """A copy of ``model`` with the numbers that what was ``seen`` of its kind speaks for.

    Source: Bergstra et al. (2011), Algorithms for Hyper-Parameter Optimization (TPE), as Optuna
    does it.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    spaces = {name: _space(model, name) for name in numbers(model)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(
            seed=seed, n_startup_trials=1, multivariate=True, constant_liar=False
        )
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for one in seen:
        if math.isfinite(one.value):
            at = {name: _within(one.candidate.model, name, spaces[name]) for name in spaces}
            study.add_trial(
                optuna.trial.create_trial(params=at, distributions=spaces, value=one.value)
            )
    found = study.ask(spaces).params
    rounded = {n: v if isinstance(v, int) else float(f"{v:.3g}") for n, v in found.items()}
    return type(model).of(**{**model.model_dump(), **rounded})


def numbers(model: Model) -> list[str]:
    """The settings that are numbers and that a search may change."""
    fields = type(model).parameters().items()
    return [n for n, f in fields if f.annotation in (int, float) and n not in model.fixed]


def _space(model: Model, name: str) -> Any:
    from optuna.distributions import FloatDistribution, IntDistribution

    field = type(model).parameters()[name]
    low, high = bounds(field)
    wide = high / max(low, 1e-6) >= DECADES
    low = high / 1e4 if wide and low == 0 else low
    if field.annotation is int:
        return IntDistribution(max(1, round(low)) if wide else low, high, log=wide)
    return FloatDistribution(low, high, log=wide)


def _within(model: Model, name: str, space: Any) -> float:
    value = min(space.high, max(space.low, getattr(model, name)))
    return int(value) if isinstance(space.high, int) else float(value)


def _moved(model: Model, name: str, draw: np.random.Generator) -> float:
    field = type(model).parameters()[name]
    low, high = bounds(field)
    value, step = getattr(model, name), draw.normal(0, REACH)
    if high / max(low, 1e-6) >= DECADES:
        value = max(value, high / 1e4 if low == 0 else low) * np.exp(step)
    else:
        value += step * (high - low) / 2
    value = float(min(high, max(low, value)))
    return round(value) if field.annotation is int else float(f"{value:.3g}")
