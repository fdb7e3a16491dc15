"""Recipes measured on the same folds, each only once."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mll_core import freshness
from mll_core.bench import Bench
from mll_core.catalog import METRICS
from mll_core.domain.connector import Progress
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Floats, Task
from mll_core.lifecycle import training_order
from mll_core.stages import train

LINEAR = ("logistic_regression", "ridge")
KEPT = ("leaks", "steps", "features")
"""What is kept of earlier measurements lies in results of these kinds."""
SAID_OF_SPLIT = {"shaped", "development", "test", "sentence", "balance"}
"""What a split says of itself, and the rows; the rest says how they are folded."""
Scores = dict[str, tuple[float, ...]]


@dataclass(eq=False)
class Measuring:
    """A yardstick that remembers; ``known`` is what was measured before, by key."""

    yardstick: train.Yardstick
    known: Mapping[str, tuple[float, ...]]
    budget: float
    home: Path
    started: float = field(default_factory=time.monotonic)
    measured: Scores = field(default_factory=dict)
    """What was needed this time, to be kept."""
    longest: float = 0.0

    @classmethod
    def of(cls, bench: Bench, budget: float) -> "Measuring":
        """For the newest split, with the kind of model that was recommended, else is planned."""
        order, _ = training_order(bench, bench.business(), bench.split())
        found = bench.artefacts.newest("train")
        winner = None if found is None else train_winner(found.value)
        planned = {model.kind for model in order.section.models if not model.baseline}
        linear = winner in LINEAR if winner else bool(planned) and planned <= set(LINEAR)
        model = train.quick(Task(order.task), linear=linear)
        known: Scores = {}
        for kind in KEPT:
            for artefact in bench.artefacts.all(kind):
                earlier = artefact.value.get("measured", {})
                known |= {key: tuple(scores) for key, scores in earlier.items()}
        return cls(train.Yardstick(order, model), known, budget, bench.home)

    def repeated(self, repeats: int) -> "Measuring":
        """The same on folds drawn at least so often, where folds are drawn by chance: more of
        them tell smaller gains from none. What either measures is known to both.
        """
        order = self.yardstick.order
        split = order.split
        if split.repeats >= repeats or split.folds == 1 or split.time_column:
            return self
        again = replace(order, split=split.model_copy(update={"repeats": repeats}))
        return replace(self, yardstick=replace(self.yardstick, order=again))

    @property
    def left(self) -> float:
        """Seconds of the budget that are left; less than 0 when it is overspent."""
        return self.budget - (time.monotonic() - self.started)

    @property
    def over(self) -> bool:
        """Whether another measurement would end after the time is spent."""
        return self.left < self.longest

    @property
    def label(self) -> str:
        """What the metric is called."""
        return METRICS[self.yardstick.order.metric].label

    def scores(self, recipe: Recipe, excluded: frozenset[str], tell: Progress) -> Floats:
        """The metric per fold; more is better. Raises what the recipe raises, Stopped."""
        run = partial(self.yardstick.measure, recipe, excluded, tell)
        return self.kept(self.key(recipe, excluded), run)

    def kept(self, key: str, run: Callable[[], Floats]) -> Floats:
        """What was measured under ``key``, or is now. Raises what ``run`` raises."""
        if key not in self.measured and key not in self.known:
            began = time.monotonic()
            found = run()
            self.longest = max(self.longest, time.monotonic() - began)
            self.measured[key] = tuple(map(float, found))
        self.measured.setdefault(key, self.known.get(key, ()))
        return np.array(self.measured[key], dtype=np.float64)

    def key(self, recipe: Recipe, excluded: frozenset[str]) -> str:
        """Under which a measurement on the development rows is kept."""
        order = self.yardstick.order
        split, brief = order.split, order.brief
        asked: Any = [order.target, order.task, order.metric, brief.positive]
        worth = [brief.values.to_json(), brief.capacity.to_json()]
        layout = split.model_dump(mode="json", exclude=SAID_OF_SPLIT)
        steps = [step.plain() for step in recipe.replayed.steps]
        model = [self.yardstick.model.model_dump(mode="json"), order.section.seed]
        sha = split.development.sha256
        return freshness.digest(sha, steps, sorted(excluded), asked, worth, layout, model)


def train_winner(value: Mapping[str, Any]) -> str | None:
    """The kind of the recommended model of a training, as it is kept."""
    runs = value.get("leaderboard", [])
    return next((run["model"] for run in runs if run["run_id"] == value["recommended"]), None)
