"""Ways of grouping compared: each number of groups by each algorithm, then one is chosen."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from mll_core.catalog import METRICS, MODELS
from mll_core.domain.errors import UnfitTarget
from mll_core.domain.metric import Metric
from mll_core.domain.model import Model
from mll_core.domain.task import Codes, Floats, Predictions
from mll_core.domain.training import Interval, Run, Skipped
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.estimators.grouping import Grouping as Groups
from mll_core.infra.unanswered_model import GroupModel
from mll_core.stages.train import unanswered
from mll_core.stages.train.order import Order
from mll_core.stages.train.race import Overdue
from mll_core.stages.train.unanswered import Allowance, Found

DRAWS = 8
"""Draws of the rows from which groups are learned anew."""
FEWEST_DRAWS = 2
DRAWN = 4_000
SHORTLIST = 12
FEWEST_IN_GROUP = 0.02
STEADY = 0.6
CALLED = "silhouette"


@dataclass(eq=False)
class Way:
    """One way of grouping that was tried, with what it reached on the judged rows."""

    model: Model
    label: str
    groups: Groups
    predictions: Predictions
    each: Floats
    """The silhouette of every judged row."""
    seconds: float
    metrics: dict[str, Interval] = field(default_factory=dict)
    again: list[float] = field(default_factory=list)
    """Agreement with groups learned from each draw."""
    verdict: str = ""

    @property
    def number(self) -> int:
        """How many groups there are."""
        return len(self.groups.names) - self.groups.rest

    @property
    def value(self) -> float:
        """The silhouette."""
        return float(self.each.mean())

    @property
    def smallest(self) -> float:
        """The share of rows in the smallest group."""
        inside = self.predictions.label[self.predictions.label >= 0].astype(np.int64)
        return float(np.bincount(inside, minlength=self.number).min() / len(self.each))

    @property
    def none(self) -> float:
        """The share of rows in no group."""
        return float((self.predictions.label < 0).mean())

    @property
    def steady(self) -> float:
        """The mean agreement; NaN before it was looked at."""
        return float(np.mean(self.again)) if self.again else float("nan")


@dataclass(eq=False)
class Comparing:
    """Tries every way, then learns the best of them anew from draws of the rows."""

    order: Order
    found: Found
    allowance: Allowance
    ways: list[Way] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def tries(self) -> Iterator[Way]:
        """Each way as it is done. Raises UnfitTarget when none finds groups."""
        for model in self._models():
            label = labelled(model)
            if spent := self.allowance.spent():
                self.skipped.append(Skipped(model=label, reason=spent))
                continue
            started = time.monotonic()
            work = partial(self.way, model, label, started)
            try:
                way = self.allowance.watched(work, label, must=not self.ways)
            except Overdue:
                self.skipped.append(Skipped(model=label, reason=unanswered.WHILE))
                continue
            except ValueError as error:
                why = f"It cannot group these rows: {str(error).splitlines()[0]}"
                self.skipped.append(Skipped(model=label, reason=why))
                continue
            self.ways.append(way)
            yield way
        if not self.ways:
            reasons = " ".join(f"{one.model}: {one.reason}" for one in self.skipped)
            hint = "Leave out columns that say nothing, or give it more time."
            raise UnfitTarget(f"No groups were found. {reasons}", hint=hint)

    def steadies(self) -> Iterator[Way]:
        """The best ways, each learned anew from draws; then from what is left of the time."""
        listed = sorted(self.ways, key=lambda way: -way.value)[:SHORTLIST]
        for way in listed:
            must = way is listed[0]
            if self.allowance.over and not must:
                why = "There was no time to see whether its groups are steady."
                self.skipped.append(Skipped(model=way.label, reason=why))
                continue
            self.steady(way, most=self.allowance)
            yield way

    def steady(self, way: Way, draws: int = DRAWS, most: Allowance | None = None) -> None:
        """Learn ``way`` anew from draws of the rows, and see how far the groups agree; from fewer
        draws, two at the least, when ``most`` is over. Raises Stopped."""
        draw = np.random.default_rng((self.order.section.seed, 1))
        for done in range(draws):
            enough = done >= FEWEST_DRAWS
            if most is not None and most.over and enough:
                break
            rows = draw.integers(0, len(self.found.matrix), self._size)
            work = partial(self._anew, way, np.sort(rows))
            if most is not None:
                said = f"{way.label}: groups of other draws"
                work = partial(most.watched, work, said, must=not enough)
            try:
                way.again.append(_agreement(way, work()))
            except Overdue:
                break
        way.metrics["stability"] = unanswered.spread(way.again, len(way.each))

    def _anew(self, way: Way, rows: Codes) -> Codes:
        """The groups of the judged rows as ``way`` finds them in other rows."""
        try:
            return self._label(way.model, self.found.matrix[rows])
        except ValueError:
            return np.zeros(len(way.each), np.int64)  # no groups there: not the same ones

    def way(self, model: Model, label: str, started: float) -> Way:
        """One way, on all rows. Raises ValueError when it finds no groups."""
        groups = unanswered.fitted(model, self.found.learned, self.order)
        predictions = of_rows(groups, self.found.matrix[self.found.judged])
        metric = METRICS[CALLED].of()
        each = metric.of_rows(predictions)  # type: ignore[attr-defined]
        if not len(each):
            raise ValueError("all rows are in one group.")
        seconds = time.monotonic() - started
        return Way(model, label, groups, predictions, each, seconds)

    @property
    def _size(self) -> int:
        return min(len(self.found.matrix), DRAWN)

    def _models(self) -> list[Model]:
        chosen = [m for m in self.order.section.models if self.order.task in m.tasks]
        for model in self.order.section.models:
            if model not in chosen:
                why = "It does not look for groups."
                self.skipped.append(Skipped(model=model.label, reason=why))
        if chosen:
            return chosen
        most = max(2, min(self.order.section.most_groups, len(self.found.matrix) // 10))
        numbers = range(min(self.order.section.fewest_groups, most), most + 1)
        shelf = [cls for cls in MODELS.values() if issubclass(cls, GroupModel) and cls.usual]
        if self.order.section.interpretable_only:
            shelf = [cls for cls in shelf if cls.interpretable]
        return [model for cls in sorted(shelf, key=_cost) for model in cls.compared(numbers)]

    def _label(self, model: Model, matrix: Matrix) -> Codes:
        groups = unanswered.fitted(model, self.found.learned, self.order, matrix)
        return np.asarray(groups.predict(self.found.matrix[self.found.judged]), np.int64)


def of_rows(groups: Groups, matrix: Matrix) -> Predictions:
    """Where rows lie and which group each is in, -1 for none."""
    score = groups.predict_proba(matrix)
    label = score.argmax(axis=1)
    if groups.rest:
        label = np.where(label == len(groups.names) - 1, -1, label)
    return Predictions(label, score, label, groups.names, groups.space_.transform(matrix))


def measured(comparing: Comparing, metrics: dict[str, Metric]) -> None:
    """Every metric of every way with its interval."""
    plain = {kind: metric for kind, metric in metrics.items() if kind != "stability"}
    for way in comparing.ways:
        seed = comparing.order.section.seed
        few = plain if way.again else {CALLED: metrics[CALLED]}
        way.metrics = unanswered.intervals(few, way.predictions, seed) | way.metrics


def as_run(way: Way, run_id: str, order: Order) -> Run:
    """The way as the leaderboard shows it."""
    score = way.metrics.get(order.metric) or Interval(value=way.value, n=len(way.each))
    return Run(
        run_id=run_id,
        model=way.model.kind,
        label=way.label,
        parameters=way.model.model_dump(mode="json", exclude={"kind"}),
        metric=order.metric,
        score=score,
        train_score=score.value,
        folds=tuple(way.again),
        metrics=way.metrics,
        seconds=way.seconds,
    )


def labelled(model: Model) -> str:
    """The model with its number of groups, or with the setting that differs."""
    number = getattr(model, "groups", None)
    if number is not None:
        return f"{model.label}, {number} groups"
    return f"{model.label}, at least {getattr(model, 'smallest', '?')} rows each"


def _agreement(way: Way, anew: Codes) -> float:
    before = way.predictions.label.astype(np.int64)
    return METRICS["stability"].of().score(Predictions(before, way.each, anew))


def _cost(cls: type[Model]) -> float:
    return cls.cost
