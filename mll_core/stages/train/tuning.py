"""Which settings to try next: the declared ones first, then steps from the best."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mll_core.domain.model import Model
from mll_core.domain.plugin import bounds
from mll_core.domain.task import Task
from mll_core.stages.train.fitting import Candidate

REACH = 0.5
"""Standard deviation of a step: on a log scale for settings that span decades."""
DECADES = 20
TRIES = 50


class Tuner:
    """Proposes settings that were not tried yet; the same ones for the same seed."""

    def __init__(self, seed: int, tried: Sequence[Candidate]) -> None:
        self._seed = seed
        self._tried = [_key(candidate) for candidate in tried]
        self.number = 0

    def next(self, best: Candidate, task: Task) -> Candidate | None:
        """Other settings of the model that ``best`` is of; None when no new ones are found."""
        self.number += 1
        draw = np.random.default_rng((self._seed, self.number))
        for candidate in self._ideas(best, task, draw):
            if _key(candidate) not in self._tried:
                self._tried.append(_key(candidate))
                label = f"{best.model.label}, tuned {self.number}"
                return replace(candidate, label=label)
        return None

    def _ideas(self, best: Candidate, task: Task, draw: np.random.Generator) -> list[Candidate]:
        asked = {name: getattr(best.model, name) for name in best.model.fixed}
        declared = (model.model_copy(update=asked) for model in type(best.model).variants())
        ideas = [replace(best, model=model) for model in declared]
        if task is Task.REGRESSION and best.log is None and not best.model.own_scale:
            ideas.insert(0, replace(best, log=False))
        return ideas + [replace(best, model=near(best.model, draw)) for _ in range(TRIES)]


def near(model: Model, draw: np.random.Generator) -> Model:
    """A copy of ``model`` with about half of its numbers moved a little, within their bounds."""
    moved = {name: _moved(model, name, draw) for name in numbers(model) if draw.random() < REACH}
    return type(model).of(**{**model.model_dump(), **moved})


def numbers(model: Model) -> list[str]:
    """The settings that are numbers and that a search may change."""
    fields = type(model).parameters().items()
    return [n for n, f in fields if f.annotation in (int, float) and n not in model.fixed]


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


def _key(candidate: Candidate) -> tuple[str, str, bool | None]:
    return candidate.model.kind, candidate.model.model_dump_json(), candidate.log
